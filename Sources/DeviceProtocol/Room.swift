enum DeviceProtocolRoom {}
