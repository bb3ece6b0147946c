import Storage
import Testing

@Suite struct SearchTermsTests {
    @Test(arguments: [
        ("The key, under the MAT.", "the key under the mat"),
        ("雨燕服务器", "雨燕 燕服 服务 务器 器"),
        ("用WiFi密码88", "用 wifi 密码 码 88"),
        ("Ａ１号", "a1 号"),
        ("さくら", "さく くら ら"),
        ("\"'()*:^-\u{0}", ""),
    ])
    func `words stay whole, and writing without spaces becomes pairs`(text: String, terms: String) {
        #expect(SearchTerms.indexed(text) == terms)
    }

    @Test(arguments: [
        ("Where is the key?", #""key""#), ("the", #""the""#), ("钥匙在哪", #""钥匙" OR "匙在" OR "在哪""#), ("猫", #""猫"*"#),
        ("key OR key AND NOT \"key", #""key" OR "not""#), ("NEAR(a b)", #""near" OR "b""#),
    ])
    func `a question is any of its terms, in quotes`(text: String, query: String) {
        #expect(SearchTerms.query(text) == query)
    }

    @Test(arguments: ["", "   ", "?!", "\"\"", "*", "\u{0}"])
    func `a question without a word asks for nothing`(text: String) {
        #expect(SearchTerms.query(text) == nil)
    }

    @Test func `an endless question is cut`() {
        let text = (0..<10_000).map { "w\($0)" }.joined(separator: " ")
        #expect(SearchTerms.question(text).count == 64)
    }
}
