import Foundation
import Testing
import PatchbayFiles
@testable import PatchbayArchive
@Test func zzreal() throws {
    let many = (0..<1000).map { i in ArchiveEntry(path: "dialogs/d\(i)/dialog.json", bytes: Array((0..<12).map { "{\"id\": \"node\($0 * i)\", \"kind\": \"entity\"}\n" }.joined().utf8)) }
    for c in [false, true, false, true] {
        let t = clock(); let z = try ZipWriter().zip(many, compressed: c); print("REAL writer", c, z.count, Double(clock() - t) / 1e6)
        let t2 = clock(); let e = try StrictArchiveReader().entries(of: z); print("REAL reader", e.count, Double(clock() - t2) / 1e6)
    }
}
