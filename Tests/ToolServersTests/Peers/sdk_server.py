"""A tool server made with the official SDK: sdk_server.py TRANSPORT PORT (sse or streamable-http)."""
import sys

transport, port = sys.argv[1], int(sys.argv[2])
try:
    from mcp.server.mcpserver import MCPServer as Server
except ImportError:
    from mcp.server.fastmcp import FastMCP as Server

try:
    server = Server("peer", host="127.0.0.1", port=port)
    options = {}
except TypeError:
    server = Server("peer")
    options = {"host": "127.0.0.1", "port": port}


@server.tool()
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@server.tool()
def fail() -> str:
    """Always fails."""
    raise ValueError("it is broken")


server.run(transport=transport, **options)
