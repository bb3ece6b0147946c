import Testing

@Suite struct GatewayRoom {}
