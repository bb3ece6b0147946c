// Filled by the transports of MCP servers.
