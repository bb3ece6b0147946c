// Filled by metrics, logs and traces.
