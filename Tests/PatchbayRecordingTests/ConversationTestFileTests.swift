import Foundation
import PatchbayDialog
import PatchbayModel
import PatchbayRecording
import Testing

@Suite("The file of a conversation test")
struct ConversationTestFileTests {
    private static let templates = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Templates").resolvingSymlinksInPath()

    /// Every test file of every template.
    private static func samples() -> [String] {
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: templates.path)) ?? []
        return paths.filter { $0.contains("/tests/") && $0.hasSuffix(".json") }.sorted()
    }

    @Test
    func `of every template is read, and written without a loss`() throws {
        let samples = Self.samples()
        #expect(!samples.isEmpty)
        for path in samples {
            let bytes = Array(try Data(contentsOf: Self.templates.appending(path: path)))
            let test = try ConversationTest.read(bytes, file: path)
            #expect(test.text == CanonicalText.text(try JSONReader().read(bytes), of: .test), "\(path)")
        }
    }

    private static let full = """
        {
          "$schema": "../.patchbay/schema/test.schema.json",
          "formatVersion": 1,
          "language": "de",
          "name": "Everything",
          "description": {
            "en": "All of it."
          },
          "template": "openai/extract-skills",
          "parameters": {
            "model": "m"
          },
          "dialog": "talk",
          "user": "ann",
          "channel": "web",
          "timeZone": "Europe/Berlin",
          "startTime": "2026-03-02T09:00:00.25Z",
          "seed": 7,
          "turns": [
            {
              "at": "1500ms",
              "event": {
                "id": "e1",
                "kind": "message",
                "text": "a\\nb",
                "attachments": [
                  {
                    "name": "x"
                  }
                ],
                "node": "talk/name",
                "language": "de-AT"
              },
              "calls": [
                {
                  "node": "talk/ask",
                  "operation": "openai/list-models",
                  "request": {
                    "method": "GET",
                    "url": "https://x.example/",
                    "headers": {
                      "authorization": {
                        "secret": "openai/apiKey"
                      }
                    }
                  },
                  "answer": {
                    "after": "80ms",
                    "status": 429,
                    "headers": {
                      "x-many": [
                        "a",
                        "b"
                      ]
                    },
                    "body": {
                      "parts": [
                        {
                          "after": "40ms",
                          "text": "a"
                        },
                        {
                          "base64": "/w=="
                        }
                      ]
                    }
                  },
                  "x-breaks": {
                    "kind": "cutOff",
                    "message": "gone"
                  }
                },
                {
                  "node": "talk/ask",
                  "failure": {
                    "kind": "unreachable",
                    "after": "1s",
                    "message": "nobody there"
                  }
                }
              ],
              "expect": [
                {
                  "text": ""
                },
                {
                  "contains": "b"
                },
                {
                  "node": "talk/say"
                },
                {
                  "message": {
                    "type": "buttons"
                  }
                },
                {
                  "any": true
                }
              ],
              "variables": {
                "entities.x": null
              },
              "ended": false,
              "x-note": "mine"
            },
            {
              "event": {
                "kind": "callback",
                "body": {
                  "a": 1
                }
              },
              "calls": [],
              "expect": []
            },
            {
              "event": {
                "kind": "timer"
              },
              "expect": []
            },
            {
              "event": {
                "kind": "credential"
              },
              "expect": []
            },
            {
              "event": {
                "kind": "agentMessage",
                "text": "hi"
              },
              "expect": []
            },
            {
              "event": {
                "kind": "start",
                "dialog": "talk"
              },
              "expect": []
            },
            {
              "event": {
                "kind": "close"
              },
              "expect": [],
              "ended": true
            }
          ],
          "x-team": "red"
        }

        """

    @Test
    func `keeps every key`() throws {
        let test = try ConversationTest.read(Array(Self.full.utf8), file: "tests/full.json")
        #expect(test.text == Self.full)
        #expect(test.turns[0].at?.date == Date(timeIntervalSince1970: 1_772_442_001.75))
        #expect(test.turns[1].calls == [])
        #expect(test.turns[2].calls == nil)
    }

    @Test(arguments: [
        ("\"seed\": 7", "\"seed\": -1", "tests/full.json:18:11: error: /seed:"),
        ("\"kind\": \"timer\"", "\"kind\": \"alarm\"", "error: /turns/2/event/kind:"),
        ("\"any\": true", "\"any\": false", "error: /turns/0/expect/4/any:"),
        ("\"at\": \"1500ms\"", "\"at\": \"noon\"", "error: /turns/0/at:"),
        ("\"seed\": 7,", "\"seed\": 7,,", "tests/full.json:18:"),
    ])
    func `says what is wrong where`(right: String, wrong: String, expected: String) {
        let bytes = Array(Self.full.replacing(right, with: wrong).utf8)
        do {
            _ = try ConversationTest.read(bytes, file: "tests/full.json")
            #expect(Bool(false), "it was read")
        } catch {
            #expect(error.description.contains(expected), "\(error.description)")
        }
    }

    @Test
    func `may be longer than what people write`() throws {
        var test = try ConversationTest.read(Array(Self.full.utf8), file: "t.json")
        test.turns[0].event = .init(id: "e1", kind: .message(text: String(repeating: "long ", count: 400_000)))
        #expect(try ConversationTest.read(Array(test.text.utf8), file: "t.json") == test)
    }

    @Test
    func `takes a seed of all 64 bits`() throws {
        let text = Self.full.replacing("\"seed\": 7", with: "\"seed\": \(UInt64.max)")
        let test = try ConversationTest.read(Array(text.utf8), file: "t.json")
        #expect(test.seed == UInt64.max)
        #expect(test.text == text)
    }
}
