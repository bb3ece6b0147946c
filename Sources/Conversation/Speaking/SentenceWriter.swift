import Flow
import DeviceProtocol
import VoiceAPI

/// Turns the model's stream of text into sentences for the voice: markup and emoji out, then split.
actor SentenceWriter {
    private let sentences: BoundedQueue<Sentence>
    private var filter = SpokenTextFilter()
    private var splitter = SentenceSplitter()
    private var emotions = EmotionDetector()
    /// Rounds of tools that began so far.
    private var round = 0
    /// A sentence has been handed to the voice.
    private(set) var hasWritten = false

    init(sentences: BoundedQueue<Sentence>) {
        self.sentences = sentences
    }

    /// The emotion of the reply, once: from its first emoji, or the default with the first words.
    func emotion(in text: String) -> Emotion? { emotions.push(text) }

    /// Suspends while the voice is behind.
    func write(_ text: String) async {
        for sentence in splitter.push(filter.push(text)) { await hand(sentence) }
    }

    /// The text is complete; what comes next is a new one.
    func finish() async {
        let rest = splitter.push(filter.finish()) + splitter.finish()
        filter = SpokenTextFilter()
        splitter = SentenceSplitter()
        for sentence in rest { await hand(sentence) }
    }

    /// Says something beside the answer, between its sentences.
    func interject(_ words: String) async { await sentences.send(Sentence(words, isAnswer: false)) }

    /// Says the words so far while tools work; what is written from now on belongs to the next round.
    func endRound() async {
        await finish()
        round += 1
    }

    /// Plays a track after the words so far.
    func play(_ track: any AudioTrack) async {
        await finish()
        hasWritten = true
        await sentences.send(Sentence(track: track))
    }

    private func hand(_ text: String) async {
        hasWritten = true
        await sentences.send(Sentence(text, round: round))
    }
}
