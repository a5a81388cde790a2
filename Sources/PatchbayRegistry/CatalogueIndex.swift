package import PatchbayFiles
import PatchbayModel

/// Remembers what the manifests of catalogues say, so that listing a thousand plugins reads one file.
package struct CatalogueIndex: Sendable {
    private let home: Root
    private let name: String

    /// An index in the home's folder `index/`; it holds the catalogues of the last list.
    ///
    /// - Parameters:
    ///   - home: The home.
    ///   - name: Its file's name, without ending.
    package init(home: Root, name: String) {
        self.home = home
        self.name = name
    }

    /// The plugins of each catalogue's folder, and what is wrong with the others.
    func list(_ catalogues: [Root]) -> [CatalogueListing] {
        var index = ListIndex(home: home, name: name)
        let listings = catalogues.map { catalogue in
            CatalogueListing(of: catalogue) { folder, manifest in
                index.value(
                    folder,
                    of: manifest,
                    in: catalogue,
                    from: { row in
                        PluginSummary(row: row, place: "\(catalogue.path)/\(folder)").map { ($0, []) }
                    },
                    reading: {
                        let found = CatalogueListing.read(manifest, in: catalogue, folder: folder)
                        // One with remarks is read again, so that they are made again.
                        return (found, found.1.isEmpty ? found.0?.row : nil)
                    }
                )
            }
        }
        index.save()
        return listings
    }
}
