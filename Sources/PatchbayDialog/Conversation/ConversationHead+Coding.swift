import PatchbayModel

extension ConversationHead {
    /// The head as compact JSON.
    package func encoded() -> [UInt8] {
        var output = JSONBytes(capacity: 1_024)
        output.object { output in
            output.member("format", 1)
            output.member("id", id)
            output.member("user", user)
            output.member("channel", channel)
            output.member("language", language)
            output.member("timeZone", timeZone)
            output.member("random", String(random.state, radix: 16))
            output.member("revision", revision)
            output.member("turn", turn)
            output.member("sessionStart", sessionStart)
            output.member("dialogStart", dialogStart)
            output.member("lastEvent", lastEvent)
            if !session.isEmpty { output.member("session", .object(session.object)) }
            if !modelUse.isEmpty { output.member("models", .object(modelUse.json)) }
            output.member("frames", list: frames, Self.write)
            if !held.isEmpty {
                output.member("held", list: held) { stack, output in output.array(stack, Self.write) }
            }
            if let lastServiceFailure { output.member("lastServiceFailure", lastServiceFailure) }
            output.member("events", plain: recentEvents.bytes)
            if let pending { output.member("pending", object: { pending.write(into: &$0) }) }
        }
        return output.exact
    }

    private static func write(_ frame: Frame, into output: inout JSONBytes) {
        output.object { output in
            output.member("dialog", frame.dialog)
            output.member("version", frame.version)
            output.member("node", frame.node)
            if let awaiting = frame.awaiting { output.member("awaiting", awaiting.rawValue) }
            if frame.tries > 0 { output.member("tries", frame.tries) }
            output.member("context", .object(frame.context))
        }
    }

    /// Reads a head that ``encoded()`` wrote.
    ///
    /// - Throws: ``ConversationStoreError/failed(_:)`` when it is damaged or of a later format.
    package init(encoded bytes: [UInt8]) throws(ConversationStoreError) {
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONReader(maxDepth: 400, maxBytes: 256 << 20).read(bytes)
        } catch {
            throw .failed("a saved conversation is damaged: \(error)")
        }
        guard let object = value.object, object["format"]?.int == 1, let head = ConversationHead(object) else {
            throw .failed("a saved conversation is damaged or was written by a later version of patchbay")
        }
        self = head
    }

    private init?(_ object: JSONObject) {
        self.init(id: "", user: "", channel: "", language: "", timeZone: "", seed: 0, lastEvent: 0)
        var id: String?
        var user: String?
        // One pass, since every turn begins with this.
        for member in object.members {
            let value = member.value
            switch member.key {
            case "id": id = value.string
            case "user": user = value.string
            case "channel": channel = value.string ?? ""
            case "language": language = value.string ?? ""
            case "timeZone": timeZone = value.string ?? ""
            case "random":
                guard let state = value.string.flatMap({ UInt64($0, radix: 16) }) else { return nil }
                random = SplitMix64(seed: state)
            case "revision": revision = value.int ?? 0
            case "turn": turn = value.int ?? 0
            case "sessionStart": sessionStart = value.int ?? 1
            case "dialogStart": dialogStart = value.int ?? 1
            case "lastEvent": lastEvent = Int64(value.int ?? 0)
            case "session": session.object = value.object ?? JSONObject()
            case "models": modelUse = ModelUse(value)
            case "frames": frames = Self.frames(value)
            case "held": held = value.array?.map(Self.frames) ?? []
            case "lastServiceFailure": lastServiceFailure = value
            case "events": recentEvents = RecentEvents(value.string ?? "")
            case "pending": pending = value.object.flatMap { PendingTurn($0) }
            default: break
            }
        }
        guard let id, let user else { return nil }
        self.id = id
        self.user = user
    }

    private static func frames(_ value: JSONValue) -> [Frame] {
        (value.array ?? []).compactMap { value in
            guard let object = value.object, let dialog = object["dialog"]?.string, let node = object["node"]?.string
            else { return nil }
            var frame = Frame(
                dialog: dialog,
                version: object["version"]?.string ?? "",
                node: node,
                context: object["context"]?.object ?? JSONObject()
            )
            frame.awaiting = object["awaiting"]?.string.flatMap(Awaiting.init)
            frame.tries = object["tries"]?.int ?? 0
            return frame
        }
    }
}

extension PendingTurn {
    func write(into output: inout JSONBytes) {
        output.member("key", key)
        if !mayHaveEffect { output.member("isSafe", .bool(true)) }
        output.member("eventID", eventID)
        output.member("event", .object(event))
        output.member("messages", list: messages) { $0.write(into: &$1) }
        output.member("trace", list: trace) { $1.value($0.json) }
    }

    init?(_ object: JSONObject) {
        guard let key = object["key"]?.string, let eventID = object["eventID"]?.string,
            let event = object["event"]?.object
        else {
            return nil
        }
        self.init(
            key: key,
            mayHaveEffect: object["isSafe"]?.bool != true,
            event: event,
            eventID: eventID,
            messages: (object["messages"]?.array ?? []).compactMap { SaidMessage($0) },
            trace: (object["trace"]?.array ?? []).compactMap { TraceEntry($0) }
        )
    }
}
