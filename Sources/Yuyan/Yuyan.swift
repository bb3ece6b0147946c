@main struct Yuyan { static func main() {} }
