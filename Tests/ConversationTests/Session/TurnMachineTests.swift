import Testing
import VoiceTesting

@testable import Conversation

@Suite struct TurnMachineTests {
    @Test func `a turn that is heard, answered and finished opens and closes speech once`() {
        var machine = TurnMachine()
        let (turn, actions) = machine.begin()
        #expect(actions.isEmpty)
        #expect(machine.reply(in: turn) == [.announceSpeech])
        #expect(machine.maySpeak(in: turn))
        #expect(machine.end(turn) == [.endSpeech])
        #expect(machine.end(turn).isEmpty)
        #expect(machine.phase == .idle)
    }

    @Test func `a newer turn silences the one before`() {
        var machine = TurnMachine()
        let first = machine.begin().turn
        _ = machine.reply(in: first)
        let (second, actions) = machine.begin()
        #expect(actions == [.endSpeech, .cancel(first)])
        #expect(!machine.maySpeak(in: first))
        #expect(machine.reply(in: first) == nil)
        #expect(machine.end(first).isEmpty)
        #expect(machine.current == second)
    }

    @Test func `an interruption before the reply sends nothing`() {
        var machine = TurnMachine()
        let turn = machine.begin().turn
        #expect(machine.interrupt() == [.cancel(turn)])
        #expect(machine.interrupt().isEmpty)
        #expect(machine.reply(in: turn) == nil)
    }

    @Test(arguments: 0..<200)
    func `statement 24: in any order of events every start has exactly one stop`(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var machine = TurnMachine()
        var turns: [Int] = []
        var isOpen = false
        for _ in 0..<200 {
            let actions: [TurnMachine.Action]
            let turn = turns.suffix(3).randomElement(using: &generator) ?? 0
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                let (new, list) = machine.begin()
                turns.append(new)
                actions = list
            case 1: actions = machine.reply(in: turn) ?? []
            case 2: actions = machine.end(turn)
            default: actions = machine.interrupt()
            }
            for action in actions {
                switch action {
                case .announceSpeech:
                    #expect(!isOpen)
                    isOpen = true
                case .endSpeech:
                    #expect(isOpen)
                    isOpen = false
                case .cancel: break
                }
            }
            #expect(isOpen == machine.isReplying)
        }
    }
}
