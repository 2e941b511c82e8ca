import Testing

@testable import Grading

/// A server that serves each client in a process of its own, as inetd did: the process that was started holds no connection.
@Suite struct ForkingServerTests {
    /// In Perl, which every Debian has: Swift can't fork.
    private static let server = """
        use Socket;
        $SIG{CHLD} = 'IGNORE';
        socket(my $listener, PF_INET, SOCK_STREAM, 0) or die $!;
        bind($listener, sockaddr_in(0, INADDR_LOOPBACK)) && listen($listener, 128) or die $!;
        my ($port) = sockaddr_in(getsockname($listener));
        $| = 1;
        print "listening on 127.0.0.1:$port\\n";
        while (accept(my $client, $listener)) {
            next if fork;
            while (sysread($client, my $bytes, 65536)) {
                for (my $sent = 0; $sent < length $bytes; ) { $sent += syswrite($client, $bytes, 65536, $sent) || exit }
            }
            exit;
        }
        """

    @Test(arguments: ["slow-client", "short-writes", "half-close-unsent", "many-clients"])
    func `is graded right`(_ id: String) async throws {
        let check = try #require(Lab.echoServer.check(id))
        let report = try await onThread {
            Built.grader.grade(.echoServer, .command(["perl", "-e", Self.server, "--"]), checks: [check], alone: true)
        }
        let outcome = try #require(report.checks.first)
        #expect(outcome.status == .passed, story(outcome))
    }
}
