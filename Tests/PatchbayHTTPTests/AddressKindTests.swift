import Testing

@testable import PatchbayHTTP

@Suite("An address")
struct AddressKindTests {
    @Test(arguments: [
        ("8.8.8.8", "8.8.8.8"), ("0:0:0:0:0:0:0:1", "::1"), ("2001:DB8::0:1", "2001:db8::1"), ("::", "::"),
        ("1::", "1::"),
        ("::ffff:1.2.3.4", "::ffff:102:304"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
    ])
    func `is written canonically`(text: String, canonical: String) {
        #expect(IPAddress(text)?.description == canonical)
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.0", "192.0.0.9", "2606:4700::1111", "2001:4860:4860::8888",
        "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2001:0:808:808::f7f7:f7f7",
    ])
    func `of the internet is global`(text: String) {
        #expect(IPAddress(text)?.kind == .global)
    }

    @Test(arguments: [
        ("127.0.0.1", "loopback"), ("127.255.255.254", "loopback"), ("::1", "loopback"), ("10.0.0.1", "private"),
        ("172.16.0.1", "private"), ("172.31.255.255", "private"), ("192.168.1.1", "private"), ("100.64.0.1", "shared"),
        ("169.254.1.1", "link-local"), ("198.18.0.1", "benchmarking"), ("fe80::1", "link-local"),
        ("fd12:3456::1", "private"),
        ("fec0::1", "site-local"),
        // The same inside other addresses: mapped, compatible, NAT64, 6to4, Teredo (turned bits).
        ("::ffff:127.0.0.1", "loopback"), ("::127.0.0.1", "loopback"), ("64:ff9b::7f00:1", "loopback"),
        ("2002:7f00:1::", "loopback"), ("2002:a00:1::1", "private"), ("2001:0:808:808::80ff:fffe", "loopback"),
        ("2001:0:a00:1::f7f7:f7f7", "private"), ("::ffff:10.1.2.3", "private"),
    ])
    func `of the neighbourhood is near`(text: String, word: String) {
        #expect(IPAddress(text)?.kind == .near(word))
    }

    @Test(arguments: [
        "169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200", "168.63.129.16",
        "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "2001:0:808:808::5601:5601",
        "::169.254.169.254",
    ])
    func `that hands out credentials is known in every form`(text: String) {
        #expect(IPAddress(text)?.kind == .metadata)
    }

    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1",
        "192.0.0.1", "::", "ff02::1", "2001:db8::1", "100::1", "3fff::1", "4000::1", "64:ff9b:1::1", "5f00::1",
        "2001:10::1",
        "::ffff:0.0.0.0", "::1:0:0",
    ])
    func `that is nobody's is unusable`(text: String) throws {
        let kind = try #require(IPAddress(text)?.kind)
        guard case .unusable = kind else {
            Issue.record("\(text) is \(kind)")
            return
        }
    }
}
