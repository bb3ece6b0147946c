import Conversation
import Testing
import VoiceTesting

@Suite struct SpokenTextFilterTests {
    private func spoken(_ text: String) -> String {
        var filter = SpokenTextFilter()
        return filter.push(text) + filter.finish()
    }

    @Test(arguments: [
        ("**bold** and *soft* and __both__", "bold and soft and both"),
        ("# Title\ntext", "Title\ntext"),
        ("- one\n- two\n* three", "one\ntwo\nthree"),
        ("> quoted", "quoted"),
        ("see [the page](http://x.y/z) now", "see the page now"),
        ("![alt](http://x.y/z.png)done", "done"),
        ("`code` stays", "code stays"),
        ("before ```swift\nlet a = 1\n``` after", "before  after"),
        ("2*3 is 6 and a * b", "2*3 is 6 and a * b"),
        ("snake_case_name", "snake_case_name"),
        ("it costs $5 or ~10", "it costs $5 or ~10"),
        ("happy 🙂 family 👨‍👩‍👧 flag 🇨🇳 heart ❤️!", "happy  family  flag  heart !"),
        ("<b>bold</b> 1 < 2", "bold 1 < 2"),
        ("你好😊，世界", "你好，世界"),
        ("~~gone~~", "gone"),
        ("[not a link] here", "[not a link] here"),
        ("---\nrule", "\nrule"),
        ("如果a<b且c>d，就换", "如果a<b且c>d，就换"),
        ("if a <b and c> d then", "if a <b and c> d then"),
        ("<a href=\"http://x.y/?z=1\" target=_blank>here</a><br/>now<!-- not this -->", "herenow"),
        ("List<String> is fine", "List<String> is fine"),
        ("面积是长*宽*高", "面积是长*宽*高"),
        ("2**3 is 8", "2**3 is 8"),
        ("这是**重点**内容，*还有*这个", "这是重点内容，还有这个"),
        ("**bold**text", "boldtext"),
        ("计算：3*(4+5)=3*9=27", "计算：3*(4+5)=3*9=27"),
        ("用 `*` 表示乘法，例如 2*3=6", "用 * 表示乘法，例如 2*3=6"),
        ("用 `*args` 时，结果是 2*3。", "用 *args 时，结果是 2*3。"),
        ("the _private_var is _not_ public", "the private_var is not public"),
        ("[重磅！苹果发布新手机](https://news.example/a?id=1)见此", "[重磅！苹果发布新手机见此"),
        ("see <https://example.com/x> or <a@b.com>", "see  or "),
        ("<say-as interpret-as=\"date\">May</say-as> <details open>x</details>", "May x"),
    ])
    func `markup and emoji are not read aloud, arithmetic and names are`(text: String, expected: String) {
        #expect(spoken(text) == expected)
    }

    @Test(arguments: ["温度<零下三度时很冷。记得加衣。", "见[附录一。后面还有话。", "x < b, and [so on. More of it"])
    func `what only looks like markup does not hold the sentences behind it`(text: String) {
        var filter = SpokenTextFilter()
        // All but the last character, which may need the next one.
        #expect(filter.push(text).count >= text.count - 1)
    }

    @Test(arguments: 0..<100)
    func `the result does not depend on how the text is chunked`(seed: Int) {
        let text =
            "# Hi **there** 🙂\n- [a](b) `c` 2*3\n```x\ny\n```\n> z_w <i>t</i> ~~s~~ $5 ![p](q) 👨‍👩‍👧 a<b且c>d [x。 <a href='u'>v</a> 长*宽 这是**重点**内容 [Why?](w) 3*(4+5)=`*`2*3 _private_var [重磅！苹果](https://n/a) <https://e.com/x> <details open> end*"
        var generator = SeededGenerator(seed: UInt64(seed))
        var filter = SpokenTextFilter()
        var output = ""
        var rest = Array(text.unicodeScalars)[...]
        while !rest.isEmpty {
            let count = min(rest.count, Int.random(in: 1...5, using: &generator))
            output += filter.push(String(String.UnicodeScalarView(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
        #expect(output + filter.finish() == spoken(text))
    }

    @Test(arguments: 0..<500)
    func `no text makes it crash or hold on forever`(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let alphabet = Array("*_`~$[](){}<>!#-+|= \nab1。🙂".unicodeScalars)
        let scalars = (0..<200).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
        _ = spoken(String(String.UnicodeScalarView(scalars)))
    }
}
