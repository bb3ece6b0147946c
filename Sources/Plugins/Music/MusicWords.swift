/// What the music tools say, in the person's language.
struct MusicWords: Sendable {
    private let isChinese: Bool

    /// - Parameter language: BCP 47; Chinese when nothing is known.
    init(_ language: String?) { isChinese = language?.hasPrefix("zh") ?? true }

    func playing(_ title: String) -> String { isChinese ? "好的，播放《\(title)》。" : "Playing \(title)." }
    func goingOn(_ title: String) -> String { isChinese ? "接着播放《\(title)》。" : "Going on with \(title)." }
    func unknown(_ wish: String) -> String {
        let wish = wish.prefix(40)
        return isChinese ? "没有找到《\(wish)》这首歌。" : "I could not find a song called \(wish)."
    }
    func broken(_ title: String) -> String { isChinese ? "《\(title)》放不出来。" : "\(title) cannot be played." }
    var empty: String { isChinese ? "音乐文件夹里还没有歌。" : "There are no songs in the music folder yet." }
    var nothingToResume: String { isChinese ? "还没有放过歌，要听哪一首？" : "Nothing was playing. What would you like to hear?" }
    var stopped: String { isChinese ? "好的，不放了。" : "All right, the music is off." }
}
