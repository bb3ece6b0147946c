import Testing

@testable import Conversation

@Suite struct EndpointerTests {
    private func events(_ probabilities: [Float], minimumSilence: Int = 200) -> [(Int, Endpointer.Event)] {
        var configuration = Endpointer.Configuration()
        configuration.minimumSilence = minimumSilence
        var endpointer = Endpointer(configuration)
        return probabilities.enumerated().compactMap { index, probability in
            let event = endpointer.advance(probability)
            return event == .none ? nil : (index, event)
        }
    }

    @Test func `three voiced windows of five begin an utterance`() {
        #expect(events([0, 0.9, 0, 0.9, 0, 0, 0.9]).isEmpty)
        let found = events([0, 0.9, 0.9, 0.9])
        #expect(found.map(\.0) == [3])
        #expect(found.map(\.1) == [.started])
    }

    @Test(arguments: [(200, 7), (500, 16), (800, 25), (32, 1)])
    func `the end comes in the first window in which the configured silence has passed`(silence: Int, windows: Int) {
        let found = events(
            [Float](repeating: 0.9, count: 10) + [Float](repeating: 0.01, count: 60), minimumSilence: silence)
        #expect(found.map(\.1) == [.started, .ended])
        #expect(found.last?.0 == 10 + windows - 1)
    }

    @Test func `a probability between the thresholds is what the last one was`() {
        #expect(events([0.9, 0.4, 0.4]).map(\.1) == [.started])
        #expect(events([0.4, 0.4, 0.4, 0.4]).isEmpty)
        #expect(events([0.9, 0.9, 0.9] + [Float](repeating: 0.4, count: 50)).map(\.1) == [.started])
    }

    @Test func `a short pause does not end an utterance`() {
        let speech = [Float](repeating: 0.9, count: 5)
        let pause = [Float](repeating: 0.0, count: 6)
        #expect(events(speech + pause + speech + pause + speech).map(\.1) == [.started])
    }

    @Test func `after the end it waits for the next beginning`() {
        let speech = [Float](repeating: 0.9, count: 5)
        let silence = [Float](repeating: 0.0, count: 10)
        #expect(events(speech + silence + speech + silence).map(\.1) == [.started, .ended, .started, .ended])
    }
}
