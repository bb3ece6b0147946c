import Testing

import Flow

@Suite struct BoundedQueueTests {
    @Test func `elements come out in order, then the end`() async {
        let queue = BoundedQueue<Int>(limit: 10)
        for number in 0..<5 { #expect(queue.offer(number)) }
        queue.finish()
        var seen: [Int] = []
        for await number in queue { seen.append(number) }
        #expect(seen == [0, 1, 2, 3, 4])
        #expect(!queue.offer(5))
        #expect(await queue.send(6) == false)
    }

    @Test func `a full queue refuses an offer and holds a sender until there is room`() async {
        let queue = BoundedQueue<Int>(limit: 100)
        #expect(queue.offer(1, weight: 60))
        #expect(!queue.offer(2, weight: 60))
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await queue.send(3, weight: 60) }
            #expect(await queue.next() == 1)
            #expect(await queue.next() == 3)
            #expect(await group.next() == true)
        }
        #expect(queue.depth == 0)
    }

    @Test func `an element heavier than the limit passes alone`() {
        let queue = BoundedQueue<Int>(limit: 10)
        #expect(queue.offer(1, weight: 50))
        #expect(!queue.offer(2, weight: 1))
    }

    @Test func `cancelling wakes a waiting consumer and a waiting producer`() async {
        let empty = BoundedQueue<Int>(limit: 1)
        let full = BoundedQueue<Int>(limit: 1)
        #expect(full.offer(0))
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await empty.next() == nil }
            group.addTask { await full.send(1) == false }
            group.cancelAll()
            for await result in group { #expect(result) }
        }
        #expect(await full.next() == 0)
    }

    @Test func `finishing refuses producers that wait`() async {
        let queue = BoundedQueue<Int>(limit: 1)
        #expect(queue.offer(0))
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await queue.send(1) }
            while !Task.isCancelled, queue.depth == 0 { await Task.yield() }
            queue.finish()
            #expect(await group.next() == false)
        }
    }

    @Test func `unwanted elements are removed and make room`() async {
        let queue = BoundedQueue<Int>(limit: 4)
        for number in 0..<4 { _ = queue.offer(number) }
        queue.removeAll { $0.isMultiple(of: 2) }
        #expect(queue.depth == 2)
        #expect(await queue.next() == 1)
        #expect(await queue.next() == 3)
    }

    @Test func `many producers lose nothing`() async {
        let queue = BoundedQueue<Int>(limit: 3)
        let sum = await withTaskGroup(of: Void.self) { group in
            for producer in 0..<8 {
                group.addTask { for number in 0..<250 { await queue.send(producer * 250 + number) } }
            }
            var sum = 0
            for _ in 0..<2000 { sum += await queue.next() ?? 0 }
            return sum
        }
        #expect(sum == (0..<2000).reduce(0, +))
    }
}
