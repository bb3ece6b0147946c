import DeviceProtocol
import Flow
import JSON
import Tools

/// The device's own tools: MCP over the session's messages, and the older IoT protocol.
extension Session {
    /// Waits until the device says that it speaks MCP, then keeps its tools. What they send goes out through
    /// `toolLine`, in order.
    func keepDeviceTools() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await message in self.toolLine { await self.post(message) }
            }
            group.addTask {
                await self.offersMCP.wait()
                if !Task.isCancelled { await self.deviceMCP.run() }
            }
        }
    }
}
