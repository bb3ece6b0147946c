import Synchronization

/// A first-in first-out queue with a limit, many producers and one consumer: how the stages of a turn hand on work.
///
/// Every element has a weight in the unit that matters (messages, milliseconds of audio). When the limit is reached,
/// `send` waits and `offer` refuses: that is the whole rule for a full queue. Cancelling a waiting task wakes it.
package final class BoundedQueue<Element: Sendable>: AsyncSequence, Sendable {
    package typealias Failure = Never

    private struct Producer {
        let id: Int
        let element: Element
        let weight: Int
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var elements: [(element: Element, weight: Int)] = []
        var head = 0
        var weight = 0
        var isFinished = false
        var nextID = 0
        var consumer: (id: Int, continuation: CheckedContinuation<Element?, Never>)?
        var producers: [Producer] = []

        mutating func popFirst() -> Element? {
            guard head < elements.count else { return nil }
            let (element, elementWeight) = elements[head]
            head += 1
            weight -= elementWeight
            if head == elements.count {
                elements.removeAll(keepingCapacity: true)
                head = 0
            } else if head > 64 {
                elements.removeFirst(head)
                head = 0
            }
            return element
        }

        mutating func newID() -> Int {
            nextID += 1
            return nextID
        }
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: the greatest total weight; one element heavier than the limit still passes alone.
    package init(limit: Int) {
        self.limit = limit
    }

    /// The weight waiting now.
    package var depth: Int { state.withLock { $0.weight } }

    /// The elements waiting now, whatever they weigh.
    package var count: Int { state.withLock { $0.elements.count - $0.head } }

    /// Adds an element, waiting while the queue is full.
    ///
    /// - Returns: false when the queue is finished or the task is cancelled; the element is dropped then.
    @discardableResult
    package func send(_ element: Element, weight: Int = 1) async -> Bool {
        let id = state.withLock { $0.newID() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resume: (() -> Void)? = state.withLock { state in
                    // Read under the lock: a cancellation that comes later finds the producer waiting.
                    if state.isFinished || Task.isCancelled { return { continuation.resume(returning: false) } }
                    if let consumer = state.consumer {
                        state.consumer = nil
                        return {
                            consumer.continuation.resume(returning: element)
                            continuation.resume(returning: true)
                        }
                    }
                    if state.weight == 0 || state.weight + weight <= limit {
                        state.elements.append((element, weight))
                        state.weight += weight
                        return { continuation.resume(returning: true) }
                    }
                    state.producers.append(
                        Producer(id: id, element: element, weight: weight, continuation: continuation))
                    return nil
                }
                resume?()
            }
        } onCancel: {
            let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                guard let index = state.producers.firstIndex(where: { $0.id == id }) else { return nil }
                return state.producers.remove(at: index).continuation
            }
            waiting?.resume(returning: false)
        }
    }

    /// Adds an element at once or not at all.
    ///
    /// - Returns: false when the queue is full or finished.
    package func offer(_ element: Element, weight: Int = 1) -> Bool {
        let (accepted, consumer) = state.withLock {
            state -> (Bool, CheckedContinuation<Element?, Never>?) in
            if state.isFinished { return (false, nil) }
            if let consumer = state.consumer {
                state.consumer = nil
                return (true, consumer.continuation)
            }
            guard state.weight == 0 || state.weight + weight <= limit else { return (false, nil) }
            state.elements.append((element, weight))
            state.weight += weight
            return (true, nil)
        }
        consumer?.resume(returning: element)
        return accepted
    }

    /// No more elements: the consumer gets what is queued, then nil. Waiting producers are refused.
    package func finish() {
        let (consumer, producers) = state.withLock {
            state -> (CheckedContinuation<Element?, Never>?, [Producer]) in
            state.isFinished = true
            let waiting = (state.consumer?.continuation, state.producers)
            state.consumer = nil
            state.producers = []
            return waiting
        }
        consumer?.resume(returning: nil)
        for producer in producers { producer.continuation.resume(returning: false) }
    }

    /// Drops what waits and matches; used to silence queued audio at once.
    package func removeAll(where isUnwanted: (Element) -> Bool) {
        let admitted = state.withLock { state -> [Producer] in
            state.elements.removeFirst(state.head)
            state.head = 0
            state.elements.removeAll { isUnwanted($0.element) }
            state.weight = state.elements.reduce(0) { $0 + $1.weight }
            return admitProducers(&state)
        }
        for producer in admitted { producer.continuation.resume(returning: true) }
    }

    /// The next element; nil when the queue is finished and empty, or the task is cancelled.
    package func next() async -> Element? {
        let id = state.withLock { $0.newID() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (result, admitted) = state.withLock { state -> (Element??, [Producer]) in
                    // Read under the lock: a cancellation that comes later finds the consumer waiting.
                    if Task.isCancelled { return (.some(nil), []) }
                    if let element = state.popFirst() { return (.some(element), admitProducers(&state)) }
                    if state.isFinished { return (.some(nil), []) }
                    precondition(state.consumer == nil, "a bounded queue has one consumer")
                    state.consumer = (id, continuation)
                    return (.none, [])
                }
                for producer in admitted { producer.continuation.resume(returning: true) }
                if let result { continuation.resume(returning: result) }
            }
        } onCancel: {
            let waiting = state.withLock { state -> CheckedContinuation<Element?, Never>? in
                guard let consumer = state.consumer, consumer.id == id else { return nil }
                state.consumer = nil
                return consumer.continuation
            }
            waiting?.resume(returning: nil)
        }
    }

    private func admitProducers(_ state: inout State) -> [Producer] {
        var admitted: [Producer] = []
        while let first = state.producers.first, state.weight == 0 || state.weight + first.weight <= limit {
            state.elements.append((first.element, first.weight))
            state.weight += first.weight
            admitted.append(state.producers.removeFirst())
        }
        return admitted
    }

    package struct Iterator: AsyncIteratorProtocol {
        let queue: BoundedQueue
        package mutating func next() async -> Element? { await queue.next() }
        package mutating func next(isolation actor: isolated (any Actor)?) async -> Element? { await queue.next() }
    }

    package func makeAsyncIterator() -> Iterator { Iterator(queue: self) }
}
