/** What starting Node with tsx costs by itself. */
export {};
