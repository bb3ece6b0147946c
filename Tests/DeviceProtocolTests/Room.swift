import Testing

@Suite struct DeviceProtocolRoom {}
