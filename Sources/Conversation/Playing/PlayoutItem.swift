/// What the speaking stage hands to playout, in order.
package enum PlayoutItem: Sendable {
    /// A sentence begins; its packets follow.
    case sentence(Sentence)
    /// One Opus packet of the announced length.
    case packet([UInt8])
    /// The sentence's last packet has been handed over.
    case sentenceEnd
}
