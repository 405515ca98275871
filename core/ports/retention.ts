/** How long this installation keeps what it may need again, in days. */
export interface RetentionSettings {
  /** Calls to platforms and webhooks from them. */
  readonly callLogDays: number;
  /** Orders as the platform sent them; they hold recipient data. */
  readonly rawPayloadDays: number;
}

export interface RetentionPorts {
  readonly limits: RetentionSettings;
}
