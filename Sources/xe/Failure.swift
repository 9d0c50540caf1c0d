/// Why a command ends before the server says so; the message is for the user.
struct Failure: Error, Equatable {
    let message: String

    init(_ message: String) { self.message = message }

    init(connecting error: any Error) {
        if "\(error)".contains("refused") {
            self.init("Error: Connection refused (calling connect )")
        } else {
            self.init("Unable to contact server. Please check server and port settings.")
        }
    }

    static let connectionLost = Failure("Lost connection to the server.")
}
