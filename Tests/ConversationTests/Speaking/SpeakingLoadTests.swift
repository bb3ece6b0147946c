import Testing

@testable import Conversation

@Suite struct SpeakingLoadTests {
    @Test func `quality while few speak, speed when many do, never below the floor`() {
        let steps = [0, 7, 8, 23, 24, 1000].map { SpeakingLoad.complexity(best: 8, speakers: $0, cores: 2) }
        #expect(steps == [8, 8, 5, 5, 1, 1])
    }

    @Test func `a lower setting of the owner's is not raised`() {
        #expect(SpeakingLoad.complexity(best: 3, speakers: 10, cores: 2) == 3)
        #expect(SpeakingLoad.complexity(best: 0, speakers: 100, cores: 2) == 0)
    }

    @Test func `who has spoken no longer counts`() async throws {
        let load = SpeakingLoad(cores: 1)
        await load.whileSpeaking {
            await load.whileSpeaking {
                await load.whileSpeaking {
                    await load.whileSpeaking { #expect(load.complexity(best: 8) == 5) }
                }
            }
        }
        #expect(load.complexity(best: 8) == 8)
    }
}
