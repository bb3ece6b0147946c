import Plugins
import Testing

@Suite struct CalculationTests {
    @Test(arguments: [
        ("1+2*3", "7"), ("(1+2)*3", "9"), ("2^3^2", "512"), ("-2^2", "-4"), ("10/4", "2.5"), ("0.1+0.2", "0.3"),
        ("sqrt(16)+abs(-3)", "7"), ("5!", "120"), ("20% * 50", "10"), ("3×4÷2", "6"), ("2**10", "1024"),
        ("sin(pi/2)", "1"), ("log(1000)", "3"), ("ln(e)", "1"),
    ])
    func `an expression has its value`(expression: String, written: String) throws {
        #expect(Calculation.written(try Calculation.value(of: expression)) == written)
    }

    @Test(arguments: [
        ("1/0", "division by zero"), ("", "the expression ends too early"), ("2+", "the expression ends too early"),
        ("(1", "a closing parenthesis is missing"), ("system(1)", "\"system\" is not known"),
        ("171!", "a factorial needs a whole number from 0 to 170"),
        (String(repeating: "(", count: 100), "the expression is nested too deeply"),
        (String(repeating: "-", count: 200) + "1", "the expression is nested too deeply"),
        ("sqrt(-1)", "a negative number has no real square root"), ("9^999", "the result is not a number"),
    ])
    func `what has no value says why`(expression: String, message: String) {
        let error = #expect(throws: Calculation.Failure.self) { try Calculation.value(of: expression) }
        #expect(error?.description == message)
    }
}
