#if HAS_OPENSSL
    import Grading
    import LabProgram

    extension Command {
        static let certificates = Command(
            name: "certificates", arguments: "DIR [--replace]",
            summary: "makes the certificates for lab 5, good ones and bad ones",
            details: [
                "--replace  replaces what is in DIR; without it, a file that is there is never touched",
                "Private keys can be read by you alone. A README.md in DIR says what each file is for.",
            ]
        ) { options, context in
            let replacing = try options.flag("replace")
            guard let folder = options.argument() else { throw UsageError("DIR is missing") }
            try options.finish()
            let set = try CertificateSet()
            do {
                try set.write(to: folder, replacing: replacing)
            } catch {
                throw Failure("\(error)", mend: "choose another folder, or replace what is there with --replace", code: 1)
            }
            let style = context.console.style
            let rows = table(set.table.map { ["  " + $0.name, $0.purpose] }, width: style.proseWidth, flexible: [1])
            context.console.print(["\(folder):"] + rows + ["The private key of server.pem is server-key.pem, and so on."])
            return 0
        }
    }
#endif
