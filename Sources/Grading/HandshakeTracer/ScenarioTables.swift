extension Scenario {
    /// Every way to open, to close and to fail, judged by the words of the lab's rules and the figures of RFC 9293.
    static let all: [Scenario] = openings + closings + troubles
}

extension Scenario {
    static let openings: [Scenario] = [
        Scenario(
            "figure 6: three-way handshake", "established open",
            table: """
                c SYN 100           | SYN-SENT SYN-RECEIVED
                s SYN,ACK 300 101   | ESTABLISHED SYN-RECEIVED
                c ACK 101 301       | ESTABLISHED ESTABLISHED
                c PSH,ACK 101 301 len=5 | ESTABLISHED ESTABLISHED
                """),
        Scenario(
            "figure 7: simultaneous open", "established open",
            table: """
                c SYN 100           | SYN-SENT SYN-RECEIVED
                s SYN 300           | SYN-RECEIVED SYN-RECEIVED
                c SYN,ACK 100 301   | SYN-RECEIVED ESTABLISHED
                s SYN,ACK 300 101   | ESTABLISHED ESTABLISHED
                s SYN,ACK 300 101   | ESTABLISHED ESTABLISHED retransmission
                """),
        Scenario(
            "simultaneous open that nobody acknowledges", "unanswered -",
            table: """
                c SYN 100           | SYN-SENT SYN-RECEIVED
                s SYN 300           | SYN-RECEIVED SYN-RECEIVED
                """),
        Scenario(
            "a SYN with data, and data with the ACK of the handshake", "established open",
            table: """
                c SYN 100 len=10        | SYN-SENT SYN-RECEIVED
                s SYN,ACK 300 111       | ESTABLISHED SYN-RECEIVED
                c PSH,ACK 111 301 len=4 | ESTABLISHED ESTABLISHED
                """),
        Scenario(
            "refused", "refused -",
            table: """
                c SYN 100           | SYN-SENT SYN-RECEIVED
                s RST,ACK 0 101     | CLOSED CLOSED
                """),
        Scenario(
            "refused three times with the same number", "refused -",
            table: """
                c SYN 100           | SYN-SENT SYN-RECEIVED
                s RST,ACK 0 101     | CLOSED CLOSED
                c SYN 100           | SYN-SENT SYN-RECEIVED retransmission
                s RST,ACK 0 101     | CLOSED CLOSED
                """),
        Scenario(
            "refused, then a new number", "refused -", "established open",
            table: """
                c SYN 100           | SYN-SENT SYN-RECEIVED
                s RST,ACK 0 101     | CLOSED CLOSED
                ---
                c SYN 200           | SYN-SENT SYN-RECEIVED
                s SYN,ACK 900 201   | ESTABLISHED SYN-RECEIVED
                c ACK 201 901       | ESTABLISHED ESTABLISHED
                """),
        Scenario(
            "unanswered", "unanswered -",
            table: """
                c SYN 100           | SYN-SENT SYN-RECEIVED
                c SYN 100           | SYN-SENT SYN-RECEIVED retransmission
                c SYN 100           | SYN-SENT SYN-RECEIVED retransmission
                """),
        Scenario(
            "the client gives up its own SYN", "unanswered -",
            table: """
                c SYN 100           | SYN-SENT SYN-RECEIVED
                c RST 101           | CLOSED CLOSED
                """),
        Scenario(
            "half-open, the SYN,ACK sent again", "half-open -",
            table: """
                c SYN 100           | SYN-SENT SYN-RECEIVED
                s SYN,ACK 300 101   | ESTABLISHED SYN-RECEIVED
                s SYN,ACK 300 101   | ESTABLISHED SYN-RECEIVED retransmission
                """),
        Scenario(
            "half-open: an RST instead of the ACK", "half-open -",
            table: """
                c SYN 100           | SYN-SENT SYN-RECEIVED
                s SYN,ACK 300 101   | ESTABLISHED SYN-RECEIVED
                c RST 101           | CLOSED CLOSED
                """),
        Scenario(
            "a SYN,ACK of the wrong number opens nothing", "half-open -",
            table: """
                c SYN 100           | SYN-SENT SYN-RECEIVED
                s SYN,ACK 300 91    | SYN-SENT SYN-RECEIVED
                c RST 91            | CLOSED CLOSED
                """),
        Scenario(
            "an answer that the capture does not show", "unanswered -",
            table: """
                c SYN 100           | SYN-SENT SYN-RECEIVED
                c ACK 101 301       | ESTABLISHED ESTABLISHED
                """),
        Scenario(
            "numbers around 2^32", "established open",
            table: """
                c SYN 4294967295         | SYN-SENT SYN-RECEIVED
                s SYN,ACK 4294967294 0   | ESTABLISHED SYN-RECEIVED
                c ACK 0 4294967295       | ESTABLISHED ESTABLISHED
                s ACK 4294967295 0 len=5 | ESTABLISHED ESTABLISHED
                c ACK 0 4                | ESTABLISHED ESTABLISHED
                s ACK 4 0 len=5          | ESTABLISHED ESTABLISHED
                s ACK 4294967295 0 len=5 | ESTABLISHED ESTABLISHED retransmission
                """),
        Scenario(
            "midstream", "midstream open",
            table: """
                s PSH,ACK 500 700 len=5  | ESTABLISHED ESTABLISHED
                c ACK 700 505            | ESTABLISHED ESTABLISHED
                """),
        Scenario(
            "midstream, closed", "midstream fin",
            table: """
                c FIN,ACK 500 700        | FIN-WAIT-1 CLOSE-WAIT
                s FIN,ACK 700 501        | TIME-WAIT LAST-ACK
                c ACK 501 701            | TIME-WAIT CLOSED
                """),
        Scenario("midstream, reset", "midstream reset", table: "c RST 500 | CLOSED CLOSED"),
        Scenario(
            "the capture begins with the SYN,ACK", "midstream open",
            table: """
                s SYN,ACK 300 101   | SYN-RECEIVED ESTABLISHED
                c ACK 101 301       | ESTABLISHED ESTABLISHED
                """),
    ]

    /// Figure 6, for what comes after it.
    static let handshake = """
        c SYN 100           | SYN-SENT SYN-RECEIVED
        s SYN,ACK 300 101   | ESTABLISHED SYN-RECEIVED
        c ACK 101 301       | ESTABLISHED ESTABLISHED

        """

    static let closings: [Scenario] = [
        Scenario(
            "figure 12: normal close", "established fin",
            table: handshake + """
                c FIN,ACK 101 301   | FIN-WAIT-1 CLOSE-WAIT
                s ACK 301 102       | FIN-WAIT-2 CLOSE-WAIT
                s ACK 301 102 len=3 | FIN-WAIT-2 CLOSE-WAIT
                c ACK 102 304       | FIN-WAIT-2 CLOSE-WAIT
                s FIN,ACK 304 102   | TIME-WAIT LAST-ACK
                c ACK 102 305       | TIME-WAIT CLOSED
                """),
        Scenario(
            "the server closes first, in three segments", "established fin",
            table: handshake + """
                s FIN,ACK 301 101   | CLOSE-WAIT FIN-WAIT-1
                c FIN,ACK 101 302   | LAST-ACK TIME-WAIT
                s ACK 302 102       | CLOSED TIME-WAIT
                """),
        Scenario(
            "figure 13: simultaneous close", "established fin",
            table: handshake + """
                c FIN,ACK 101 301   | FIN-WAIT-1 CLOSE-WAIT
                s FIN,ACK 301 101   | CLOSING CLOSING
                c ACK 102 302       | CLOSING TIME-WAIT
                s ACK 302 102       | TIME-WAIT TIME-WAIT
                """),
        Scenario(
            "the SYN,ACK comes again after a FIN", "established half-closed",
            table: handshake + """
                c FIN,ACK 101 301   | FIN-WAIT-1 CLOSE-WAIT
                s SYN,ACK 300 101   | FIN-WAIT-1 CLOSE-WAIT retransmission
                """),
        Scenario(
            "the last ACK is lost: the FIN comes again", "established fin",
            table: handshake + """
                c FIN,ACK 101 301   | FIN-WAIT-1 CLOSE-WAIT
                s FIN,ACK 301 102   | TIME-WAIT LAST-ACK
                s FIN,ACK 301 102   | TIME-WAIT LAST-ACK retransmission
                c ACK 102 302       | TIME-WAIT CLOSED
                s FIN,ACK 301 102   | TIME-WAIT CLOSED retransmission
                c RST 102           | CLOSED CLOSED
                """),
        Scenario(
            "one FIN, acknowledged", "established half-closed",
            table: handshake + """
                c FIN,ACK 101 301   | FIN-WAIT-1 CLOSE-WAIT
                s ACK 301 102       | FIN-WAIT-2 CLOSE-WAIT
                """),
        Scenario(
            "both FINs, the second not acknowledged", "established half-closed",
            table: handshake + """
                c FIN,ACK 101 301   | FIN-WAIT-1 CLOSE-WAIT
                s FIN,ACK 301 102   | TIME-WAIT LAST-ACK
                """),
        Scenario(
            "reset", "established reset",
            table: handshake + """
                c PSH,ACK 101 301 len=4 | ESTABLISHED ESTABLISHED
                s RST,ACK 301 105       | CLOSED CLOSED
                s ACK 301 105           | CLOSED CLOSED
                """),
        Scenario(
            "reset after one FIN", "established reset",
            table: handshake + """
                c FIN,ACK 101 301   | FIN-WAIT-1 CLOSE-WAIT
                s RST 301           | CLOSED CLOSED
                """),
        Scenario(
            "an RST before the second FIN is acknowledged; a late ACK changes nothing", "established reset",
            table: handshake + """
                c FIN,ACK 101 301   | FIN-WAIT-1 CLOSE-WAIT
                s FIN,ACK 301 102   | TIME-WAIT LAST-ACK
                c RST,ACK 102 302   | CLOSED CLOSED
                c ACK 102 302       | CLOSED CLOSED
                """),
        Scenario(
            "an RST after both FINs", "established fin",
            table: handshake + """
                c FIN,ACK 101 301   | FIN-WAIT-1 CLOSE-WAIT
                s FIN,ACK 301 102   | TIME-WAIT LAST-ACK
                c ACK 102 302       | TIME-WAIT CLOSED
                s RST 302           | CLOSED CLOSED
                """),
        Scenario(
            "a FIN before the server knows that it is established", "established half-closed",
            table: """
                c SYN 100           | SYN-SENT SYN-RECEIVED
                s SYN,ACK 300 101   | ESTABLISHED SYN-RECEIVED
                c FIN,ACK 101 301   | FIN-WAIT-1 CLOSE-WAIT
                """),
        Scenario(
            "the same addresses and ports again, from the other end", "established fin", "refused -",
            table: handshake + """
                c FIN,ACK 101 301   | FIN-WAIT-1 CLOSE-WAIT
                s FIN,ACK 301 102   | TIME-WAIT LAST-ACK
                c ACK 102 302       | TIME-WAIT CLOSED
                ---
                s SYN 5000          | SYN-SENT SYN-RECEIVED
                c RST,ACK 0 5001    | CLOSED CLOSED
                """),
        Scenario(
            "a SYN without a close before it starts nothing new", "established open",
            table: handshake + """
                c SYN 9000          | ESTABLISHED ESTABLISHED gap
                """),
    ]
}
