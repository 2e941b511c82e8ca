/// Something that the workbook was asked for and can't do, through no fault of a lab.
struct Failure: Error {
    /// What is wrong, in one line.
    let message: String
    /// What to do about it.
    let mend: String?
    /// What the workbook ends with.
    let code: Int32

    init(_ message: String, mend: String? = nil, code: Int32 = 2) {
        self.message = message
        self.mend = mend
        self.code = code
    }
}
