/// What may be counted.
enum HotPathStage: String, CaseIterable {
    /// Up: DTX packets.
    case silence
    /// Up: noise that the detector takes for none of speech: decoder, gates, windows, endpointer.
    case noise
    /// Up: a sentence without end.
    case speech
    /// Down: a sentence of so many frames at 22,050 Hz: resampler, encoder, ledger, pace, frame.
    case answer
    /// The voice detector's network itself, in batches of 16.
    case detector
}
