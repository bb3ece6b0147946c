package import JSON
package import VoiceAPI

/// `calculate`: exact arithmetic, which language models lack.
package struct CalculatorPlugin: ServerPlugin {
    package static let name = "calculate"

    package static func tools(_ settings: JSON, services: PluginServices) -> [any Tool] { [CalculatorTool()] }
}

private struct CalculatorTool: Tool {
    let description = ToolDescription(
        name: CalculatorPlugin.name,
        summary: "Calculate an arithmetic expression exactly. Use it for every sum that is not trivial.",
        parameters: Schema.object(
            .init(
                name: "expression",
                value: [
                    "type": "string", "maxLength": 500,
                    "description":
                        "For example (3+4)*2^3, sqrt(2), 15% of is written 0.15*, 5!, sin(pi/2), log(100), ln(e)",
                ], isRequired: true)))

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        let expression = arguments["expression"]?.string ?? ""
        do {
            return .inform("\(expression) = \(Calculation.written(try Calculation.value(of: expression)))")
        } catch {
            return .failure(error.description)
        }
    }
}
