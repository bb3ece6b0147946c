import Flow
import Foundation
import JSON
import Storage
import Testing

@testable import Plugins

@Suite(.timeLimit(.minutes(1))) struct ReminderTests {
    @Test func `a timer speaks when it has run down, and not before`() async throws {
        let fixture = try ReminderFixture()
        fixture.announcer.connect("a")
        let words = try await fixture.call("set_timer", ["minutes": 1, "seconds": 30, "label": "eggs."])
        #expect(words == "All right, a timer for 1 minute and 30 seconds: eggs.")
        try await fixture.running {
            // 60 s at most at a time, then the rest.
            await fixture.clock.sleep(of: .seconds(60))
            fixture.clock.advance(by: .seconds(60))
            await fixture.clock.sleep(of: .seconds(30))
            #expect(fixture.announcer.said.depth == 0)
            fixture.clock.advance(by: .seconds(30))
            #expect(await fixture.announcer.said.next() == "a: Time is up: eggs.")
        }
        #expect(try await fixture.store.reminders(of: "a").isEmpty)
    }

    @Test func `a new reminder wakes a service that slept for a later one or for ever`() async throws {
        let fixture = try ReminderFixture()
        fixture.announcer.connect("a")
        try await fixture.running {
            // Nothing to sleep for: it waits for the bell.
            _ = try await fixture.call("set_timer", ["seconds": 50])
            await fixture.clock.sleep(of: .seconds(50))
            _ = try await fixture.call("set_timer", ["seconds": 20], language: "zh")
            await fixture.clock.sleep(of: .seconds(20))
            fixture.clock.advance(by: .seconds(20))
            #expect(await fixture.announcer.said.next() == "a: 时间到了。")
        }
    }

    @Test func `a reminder waits for its device and says that it is late`() async throws {
        let fixture = try ReminderFixture()
        fixture.announcer.connect("b")
        _ = try await fixture.call("set_reminder", ["words": "take the pills", "in_minutes": 1])
        try await fixture.running {
            await fixture.clock.sleep(of: .seconds(60))
            fixture.clock.advance(by: .seconds(60))
            #expect(await fixture.announcer.missed.next() == "a: Here is your reminder: take the pills.")
            fixture.clock.advance(by: .seconds(3600))
            fixture.service.deviceConnected("b")
            fixture.announcer.connect("a")
            fixture.service.deviceConnected("a")
            #expect(
                await fixture.announcer.said.next() == "a: You missed a reminder today at 15:05: take the pills.")
        }
        #expect(fixture.announcer.said.depth == 0)
    }

    @Test func `a reminder that was taken but not heard is kept, and spoken on the device's next connection`()
        async throws
    {
        let fixture = try ReminderFixture()
        fixture.announcer.connect("a")
        fixture.announcer.hold()
        _ = try await fixture.call("set_timer", ["seconds": 20])
        try await fixture.running {
            await fixture.clock.sleep(of: .seconds(20))
            fixture.clock.advance(by: .seconds(20))
            #expect(await fixture.announcer.said.next() == "a: Time is up.")
            // The new connection is there before the old one's end is known.
            fixture.service.deviceConnected("a")
            _ = try await fixture.call("set_timer", ["seconds": 5], on: "b")
            await fixture.clock.sleep(of: .seconds(5))
            #expect(fixture.announcer.said.depth == 0)
            #expect(try await fixture.store.reminders(of: "a").count == 1)
            fixture.announcer.finish(heard: false)
            #expect(await fixture.announcer.said.next() == "a: Time is up.")
        }
        #expect(try await fixture.store.reminders(of: "a").isEmpty)
    }

    @Test func `a device that is long in a conversation delays no other's reminder, and forgets none`() async throws {
        let fixture = try ReminderFixture()
        for device in ["a", "b"] { fixture.announcer.connect(device) }
        fixture.announcer.hold()
        _ = try await fixture.call("set_timer", ["seconds": 10])
        _ = try await fixture.call("set_timer", ["seconds": 20], on: "b")
        try await fixture.running {
            await fixture.clock.sleep(of: .seconds(10))
            fixture.clock.advance(by: .seconds(10))
            #expect(await fixture.announcer.said.next() == "a: Time is up.")
            await fixture.clock.sleep(of: .seconds(10))
            fixture.clock.advance(by: .seconds(10))
            #expect(await fixture.announcer.said.next() == "b: Time is up.")
            let kept = try await fixture.store.reminders(of: "a")
            #expect(kept.count == 1)
            fixture.announcer.finish(heard: true)
        }
        #expect(try await fixture.store.nextDue(after: .min) == nil)
    }

    @Test func `a device that stays away for a day is no longer waited for`() async throws {
        let fixture = try ReminderFixture()
        _ = try await fixture.call("set_reminder", ["words": "leave", "in_minutes": 1])
        try await fixture.running {
            await fixture.clock.sleep(of: .seconds(60))
            fixture.clock.advance(by: .seconds(60))
            _ = await fixture.announcer.missed.next()
            await fixture.clock.sleep(of: .seconds(86_401))
            fixture.clock.advance(by: .seconds(86_399))
            fixture.service.deviceConnected("other")
            await fixture.clock.sleep(of: .seconds(2))
            #expect(try await fixture.store.reminders(of: "a").count == 1)
            fixture.clock.advance(by: .seconds(2))
            // A reminder of another device is spoken after the old one was dropped.
            fixture.announcer.connect("b")
            _ = try await fixture.call("set_timer", ["seconds": 1], on: "b")
            await fixture.clock.sleep(of: .seconds(1))
            fixture.clock.advance(by: .seconds(1))
            #expect(await fixture.announcer.said.next() == "b: Time is up.")
            #expect(try await fixture.store.reminders(of: "a").isEmpty)
        }
    }

    @Test func `reminders survive a restart; what came due meanwhile is spoken`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "yuyan-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "yuyan.sqlite").path()
        let clock = HandClock()
        do {
            let before = try ReminderFixture(database: try Database(path: path), clock: clock)
            _ = try await before.call("set_reminder", ["words": "吃药", "at": "15:10"], language: "zh")
            _ = try await before.call("set_reminder", ["words": "call mum", "at": "2026-07-31T15:30:00"])
        }
        clock.advance(by: .seconds(360))
        let after = try ReminderFixture(database: try Database(path: path), clock: clock)
        after.announcer.connect("a")
        try await after.running {
            #expect(await after.announcer.said.next() == "a: 提醒您：吃药。")
            await clock.sleep(of: .seconds(60))
            clock.advance(by: .seconds(1200))
            #expect(await after.announcer.said.next() == "a: Here is your reminder: call mum.")
        }
        #expect(try await after.store.reminders(of: "a").isEmpty)
    }

    @Test func `reminders of one device are spoken in order, an absent device holds up no other`() async throws {
        let fixture = try ReminderFixture()
        for (index, device) in ["a", "b", "a", "c", "a"].enumerated() {
            _ = try await fixture.call(
                "set_timer", ["seconds": .integer(Int64(10 - index)), "label": .string("\(index)")], on: device)
        }
        fixture.announcer.connect("a")
        fixture.announcer.connect("c")
        fixture.clock.advance(by: .seconds(20))
        try await fixture.running {
            var said: [String] = []
            for _ in 0..<4 { said.append(await fixture.announcer.said.next() ?? "") }
            #expect(said.filter { $0.hasPrefix("a") } == (["4", "2", "0"].map { "a: Time is up: \($0)." }))
            #expect(said.contains("c: Time is up: 3."))
            fixture.announcer.connect("b")
            fixture.service.deviceConnected("b")
            #expect(await fixture.announcer.said.next() == "b: Time is up: 1.")
        }
    }

    @Test func `hundreds that are due at once are all spoken, once`() async throws {
        let fixture = try ReminderFixture()
        for index in 0..<1100 {
            let device = "d\(index % 40)"
            fixture.announcer.connect(device)
            _ = try await fixture.store.add(
                Reminder(
                    deviceID: device, words: "\(index)", language: "en",
                    dueAt: ReminderFixture.start - Int64(index / 300), isTimer: true))
        }
        try await fixture.running {
            var said: Set<String> = []
            for _ in 0..<1100 { said.insert(await fixture.announcer.said.next() ?? "") }
            #expect(said.count == 1100)
        }
        #expect(fixture.announcer.said.depth == 0)
    }

    @Test func `a device sees and cancels its own reminders only`() async throws {
        let fixture = try ReminderFixture()
        _ = try await fixture.call("set_reminder", ["words": "take the pills", "at": "08:30"])
        _ = try await fixture.call("set_timer", ["hours": 1], on: "b")
        #expect(
            try await fixture.call("list_reminders", [:])
                == "You have one reminder: number 1, tomorrow at 8:30, take the pills.")
        #expect(
            try await fixture.call("list_reminders", [:], on: "b", language: "zh") == "您有1个提醒：2号，今天16点4分，计时器。")
        #expect(try await fixture.call("list_reminders", [:], on: "c") == "You have no reminders.")
        #expect(
            try await fixture.call("cancel_reminder", ["id": 2]) == "failure: there is no reminder with number 2")
        #expect(try await fixture.call("cancel_reminder", ["id": "all"], on: "c") == "You have no reminders.")
        #expect(try await fixture.call("cancel_reminder", ["id": "1"]) == "All right, cancelled: take the pills.")
        #expect(try await fixture.call("cancel_reminder", ["id": "first"]).hasPrefix("failure"))
        _ = try await fixture.call("set_timer", ["seconds": 9], on: "b")
        #expect(
            try await fixture.call("cancel_reminder", ["id": "all"], on: "b", language: "zh") == "好的，2个提醒都取消了。")
        #expect(try await fixture.store.nextDue(after: .min) == nil)
    }

    @Test func `a device has so many reminders and no more`() async throws {
        let fixture = try ReminderFixture(deviceLimit: 3)
        for _ in 0..<3 { _ = try await fixture.call("set_timer", ["minutes": 5]) }
        #expect(
            try await fixture.call("set_timer", ["minutes": 5])
                == "You already have 3 reminders. Please cancel some first.")
        #expect(try await fixture.call("set_timer", ["minutes": 5], on: "b").hasPrefix("All right"))
    }

    @Test(arguments: [
        ("set_timer", "{}"), ("set_timer", #"{"seconds":0}"#), ("set_timer", #"{"seconds":1e300}"#),
        ("set_timer", #"{"hours":9000}"#), ("set_timer", #"{"seconds":-5}"#), ("set_reminder", #"{"words":"x"}"#),
        ("set_reminder", #"{"in_minutes":5}"#), ("set_reminder", #"{"words":" . ","in_minutes":5}"#),
        ("set_reminder", #"{"words":"x","at":"soon"}"#), ("set_reminder", #"{"words":"x","at":"2026-07-31T15:00"}"#),
        ("set_reminder", #"{"words":"x","at":"2030-01-01T00:00"}"#),
        ("set_reminder", #"{"words":"x","in_minutes":1e18}"#), ("cancel_reminder", "{}"),
        ("cancel_reminder", #"{"id":"'; DROP TABLE reminder; --"}"#),
    ])
    func `what makes no sense is told to the model and kept nowhere`(name: String, arguments: String) async throws {
        let fixture = try ReminderFixture()
        #expect(try await fixture.call(name, JSON(parsing: arguments)).hasPrefix("failure: "))
        #expect(try await fixture.store.nextDue(after: .min) == nil)
    }

    @Test func `words are kept as one short line`() async throws {
        let fixture = try ReminderFixture()
        let words = "  Milk\n'); DROP TABLE reminder; --" + String(repeating: "!", count: 5000)
        _ = try await fixture.call("set_reminder", ["words": .string(words), "in_minutes": 5])
        let kept = try await fixture.store.reminders(of: "a").map(\.words)
        #expect(kept == ["Milk '); DROP TABLE reminder; --"])
    }

    @Test func `without a database there are no reminder tools`() async throws {
        try await withPluginServices { services in
            _ = #expect(throws: PluginProblem.self) { _ = try RemindersPlugin.tools([:], services: services) }
        }
    }
}

@Suite struct ReminderTimeTests {
    /// Friday, 31 July 2026, 15:04:05 at UTC+8.
    private static let now = ReminderFixture.start

    @Test(
        arguments: [
            ("15:05", 55), ("15:04", 86_395), ("8:30", 62_755), ("15:04:06", 1), ("00:00", 32_155),
            ("2026-07-31T15:05", 55), ("2026-07-31 15:05:00", 55), ("2026-08-01T15:04:05", 86_400),
            ("2026-07-31T07:05Z", 55), ("2026-07-31T08:05:00+01:00", 55), ("2026-07-31T02:35:00.000-0430", 55),
            (" 15:05 ", 55),
        ] as [(String, Int64)])
    func `a moment is the next the household's clock shows`(text: String, later: Int64) throws {
        #expect(try ReminderTime.moment(text, now: Self.now, offset: ReminderFixture.offset) - Self.now == later)
    }

    @Test(arguments: [
        "", ":", "24:00", "12:60", "12", "noon", "12:00pm", "2026-02-29T10:00", "2026-13-01T10:00", "2026-7-32T10:00",
        "2026-07-31T15:04:05", "2025-08-01T10:00", "2027-08-02T10:00", "9999-12-31T23:59", "99999-01-01T00:00",
        "2026-08-01", "2026-08-01T10:00+99:00", "2026-08-01T10:00 Europe", "١٢:٠٠", "-1:00", "2026-08-01T10:00.",
    ])
    func `anything else is refused`(text: String) {
        #expect(throws: ReminderTime.Problem.self) {
            _ = try ReminderTime.moment(text, now: Self.now, offset: ReminderFixture.offset)
        }
    }

    @Test func `the calendar goes to and fro over leap years and centuries`() {
        for day in stride(from: Int64(0), to: 60_000, by: 17) {
            let time = CivilTime(seconds: day * 86_400 + 3723, offset: 0)
            #expect(time.dayNumber == day)
            #expect((time.hour, time.minute, time.second) == (1, 2, 3))
            #expect(time.seconds(offset: 0) == day * 86_400 + 3723)
        }
        #expect(
            CivilTime(seconds: 951_782_400, offset: 0) == CivilTime(year: 2000, month: 2, day: 29, hour: 0, minute: 0))
        #expect(CivilTime(seconds: -1, offset: 0).year == 1969)
        for extreme in [Int64.min, .max] { _ = CivilTime(seconds: extreme, offset: extreme) }
        #expect(CivilTime(year: 2100, month: 2, day: 29, hour: 0, minute: 0) == nil)
    }

    @Test(
        arguments: [
            (1, "1秒", "1 second"), (60, "1分钟", "1 minute"), (90, "1分钟30秒", "1 minute and 30 seconds"),
            (7200, "2小时", "2 hours"), (90_061, "1天1小时", "1 day and 1 hour"),
        ] as [(Int64, String, String)])
    func `lengths are spoken in both languages`(seconds: Int64, chinese: String, english: String) {
        #expect(ReminderWords("zh").duration(seconds) == chinese)
        #expect(ReminderWords("en").duration(seconds) == english)
    }

    @Test(
        arguments: [
            (3600, "今天16点4分", "today at 16:04"), (86_400, "明天15点4分", "tomorrow at 15:04"),
            (-86_400, "昨天15点4分", "yesterday at 15:04"), (172_800, "后天15点4分", "on August 2 at 15:04"),
            (17_279_755, "2027年2月16日15点", "on February 16 2027 at 15:00"),
        ] as [(Int64, String, String)])
    func `moments are spoken as people say them`(later: Int64, chinese: String, english: String) {
        let (now, offset) = (Self.now, ReminderFixture.offset)
        #expect(ReminderWords("zh").moment(now + later, now: now, offset: offset) == chinese)
        #expect(ReminderWords("en").moment(now + later, now: now, offset: offset) == english)
    }
}
