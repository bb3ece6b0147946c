import Testing

/// A configuration of the reference server in which nobody has put a key yet.
@Suite(.timeLimit(.minutes(2))) struct SampleConfigurationTests {
    @Test func `a key for a service of this machine that does not run is no reason to take it`() async throws {
        let configuration = """
            selected_module: {LLM: ChatGLMLLM}
            LLM:
              ChatGLMLLM: {type: openai, model_name: glm-4-flash, url: https://open.bigmodel.cn/api/paas/v4/, api_key: 你的api key}
              LMStudioLLM: {type: openai, model_name: deepseek, url: "http://localhost:1/v1", api_key: lm-studio}
            """
        try await ServerProgram.run(configuration) { server in
            #expect(server.output.contains("ChatGLMLLM has no key"))
            #expect(!server.output.contains("LMStudioLLM"))
            let (status, output) = try await server.talk(["--text", "what is twelve plus thirty"])
            #expect(status == 0)
            #expect(output.contains("42"))
        }
    }
}
