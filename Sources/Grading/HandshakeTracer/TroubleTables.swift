extension Scenario {
    /// What goes wrong on the way, and the notes that say so.
    static let troubles: [Scenario] = [
        Scenario(
            "retransmission, whole and in part", "established open",
            table: handshake + """
                c ACK 101 301 len=10 | ESTABLISHED ESTABLISHED
                c ACK 101 301 len=10 | ESTABLISHED ESTABLISHED retransmission
                c ACK 103 301 len=4  | ESTABLISHED ESTABLISHED retransmission
                c ACK 106 301 len=10 | ESTABLISHED ESTABLISHED out-of-order
                c ACK 116 301 len=1  | ESTABLISHED ESTABLISHED
                """),
        Scenario(
            "gap, then what was missing, then that again", "established open",
            table: handshake + """
                c ACK 111 301 len=10 | ESTABLISHED ESTABLISHED gap
                c ACK 101 301 len=5  | ESTABLISHED ESTABLISHED out-of-order
                c ACK 101 301 len=20 | ESTABLISHED ESTABLISHED out-of-order
                c ACK 101 301 len=20 | ESTABLISHED ESTABLISHED retransmission
                c ACK 121 301 len=1  | ESTABLISHED ESTABLISHED
                """),
        Scenario(
            "retransmissions that span two segments", "established open",
            table: handshake + """
                c ACK 101 301 len=10 | ESTABLISHED ESTABLISHED
                c ACK 111 301 len=10 | ESTABLISHED ESTABLISHED
                c ACK 101 301 len=20 | ESTABLISHED ESTABLISHED retransmission
                c ACK 131 301 len=10 | ESTABLISHED ESTABLISHED gap
                c ACK 121 301 len=10 | ESTABLISHED ESTABLISHED out-of-order
                c ACK 121 301 len=20 | ESTABLISHED ESTABLISHED retransmission
                """),
        Scenario(
            "a gap before an empty segment", "established open",
            table: handshake + """
                c ACK 111 301        | ESTABLISHED ESTABLISHED gap
                """),
        Scenario(
            "keep-alive, empty and with a byte", "established open",
            table: handshake + """
                c ACK 101 301 len=10 | ESTABLISHED ESTABLISHED
                s ACK 301 111        | ESTABLISHED ESTABLISHED
                c ACK 110 301        | ESTABLISHED ESTABLISHED keep-alive
                s ACK 301 111        | ESTABLISHED ESTABLISHED
                c ACK 110 301 len=1  | ESTABLISHED ESTABLISHED keep-alive
                c ACK 110 301 len=2  | ESTABLISHED ESTABLISHED out-of-order
                """),
        Scenario(
            "zero window, and the probe of it", "established reset",
            table: handshake + """
                s ACK 301 101 win=0       | ESTABLISHED ESTABLISHED zero-window
                c ACK 101 301 len=1       | ESTABLISHED ESTABLISHED
                s ACK 301 101 win=0       | ESTABLISHED ESTABLISHED zero-window
                s RST 301 win=0           | CLOSED CLOSED
                """),
        Scenario(
            "nothing but a FIN is unacknowledged", "established half-closed",
            table: handshake + """
                c FIN,ACK 101 301 len=5 | FIN-WAIT-1 CLOSE-WAIT
                s ACK 301 106           | FIN-WAIT-1 CLOSE-WAIT
                s ACK 301 106           | FIN-WAIT-1 CLOSE-WAIT
                """),
        Scenario(
            "duplicate acknowledgments", "established open",
            table: handshake + """
                c ACK 101 301 len=10 | ESTABLISHED ESTABLISHED
                s ACK 301 111        | ESTABLISHED ESTABLISHED
                s ACK 301 111        | ESTABLISHED ESTABLISHED
                c ACK 121 301 len=10 | ESTABLISHED ESTABLISHED gap
                s ACK 301 111        | ESTABLISHED ESTABLISHED duplicate-ack
                s ACK 301 111 win=99 | ESTABLISHED ESTABLISHED
                s ACK 301 111 win=99 | ESTABLISHED ESTABLISHED duplicate-ack
                s ACK 301 111 win=99 len=2 | ESTABLISHED ESTABLISHED
                """),
        Scenario(
            "duplicate acknowledgments while data is sent again", "established open",
            table: handshake + """
                c ACK 101 301 len=10 | ESTABLISHED ESTABLISHED
                s ACK 301 111        | ESTABLISHED ESTABLISHED
                c ACK 121 301 len=10 | ESTABLISHED ESTABLISHED gap
                c ACK 101 301 len=10 | ESTABLISHED ESTABLISHED retransmission
                s ACK 301 111        | ESTABLISHED ESTABLISHED duplicate-ack
                """),
        Scenario(
            "duplicate acknowledgments of all but a byte", "established half-closed",
            table: handshake + """
                c ACK 101 301 len=10   | ESTABLISHED ESTABLISHED
                s ACK 301 111          | ESTABLISHED ESTABLISHED
                c ACK 111 301 len=1    | ESTABLISHED ESTABLISHED
                s ACK 301 111          | ESTABLISHED ESTABLISHED duplicate-ack
                c FIN,ACK 112 301 len=5 | FIN-WAIT-1 CLOSE-WAIT
                s ACK 301 116          | FIN-WAIT-1 CLOSE-WAIT
                s ACK 301 116          | FIN-WAIT-1 CLOSE-WAIT duplicate-ack
                """),
    ]
}
