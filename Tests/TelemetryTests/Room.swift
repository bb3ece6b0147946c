import Testing

@Suite struct TelemetryRoom {}
