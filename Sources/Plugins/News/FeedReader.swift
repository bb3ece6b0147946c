/// Takes the items out of an RSS 2.0 feed or the words out of a page. Own few lines, because FoundationXML would bring
/// libxml2 for three tags. Pure; bounded by the caller's limit on the text.
enum FeedReader {
    struct Item: Sendable, Equatable {
        var title: String
        var link: String
        var summary: String
    }

    static func items(in feed: String, limit: Int = 50) -> [Item] {
        var items: [Item] = []
        var rest = feed[...]
        while items.count < limit, let item = element("item", in: rest) {
            let text = item.content
            items.append(
                Item(
                    title: plain(element("title", in: text)?.content ?? ""),
                    link: plain(element("link", in: text)?.content ?? ""),
                    summary: plain(element("description", in: text)?.content ?? "")))
            rest = rest[item.end...]
        }
        return items.filter { !$0.title.isEmpty }
    }

    /// A page's words without scripts, styles and tags.
    static func words(in page: String, limit: Int) -> String {
        var text = page[...]
        if let body = element("body", in: text) { text = body.content }
        var kept = ""
        for name in ["script", "style"] {
            var source = name == "script" ? text : kept[...]
            var result = ""
            while let found = element(name, in: source) {
                result += source[..<found.start]
                source = source[found.end...]
            }
            kept = result + source
        }
        return String(plain(kept[...]).prefix(limit))
    }

    private static func element(
        _ name: String, in text: Substring
    ) -> (start: String.Index, content: Substring, end: String.Index)? {
        var from = text.startIndex
        while let open = text[from...].firstRange(of: "<\(name)") {
            from = open.upperBound
            guard from < text.endIndex, text[from] == ">" || text[from].isWhitespace,
                let close = text[from...].firstIndex(of: ">")
            else { continue }
            let start = text.index(after: close)
            guard let end = text[start...].firstRange(of: "</\(name)>") else { return nil }
            return (open.lowerBound, text[start..<end.lowerBound], end.upperBound)
        }
        return nil
    }

    private static func plain(_ text: Substring) -> String {
        var result = ""
        var isTag = false
        let content = text.replacing("<![CDATA[", with: "").replacing("]]>", with: "")
        for character in content {
            if character == "<" {
                isTag = true
            } else if character == ">", isTag {
                isTag = false; result += " "
            } else if !isTag {
                result.append(character)
            }
        }
        for (entity, sign) in [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&"),
        ] {
            result = result.replacing(entity, with: sign)
        }
        return result.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
