import CPlatform
import Glibc

/// Gives up the worker's rights step by step, and notes what could not be given up.
struct Confinement {
    /// What failed, in words; empty when the worker is confined as it should be.
    private(set) var problems: [String] = []
    /// Tells the process's size; opened while paths are still allowed.
    private let sizes = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)

    /// How large the process may get before it should be replaced, in bytes.
    private var comfortable = UInt64.max

    /// Few descriptors, no files, no core dumps, a last second; ends with the parent, gains no privileges.
    mutating func limitResources(cpuSeconds: Int) {
        note("no_new_privs", patchbay_bind_to_parent())
        limit(RLIMIT_NOFILE, 16, "RLIMIT_NOFILE")
        limit(RLIMIT_FSIZE, 0, "RLIMIT_FSIZE")
        limit(RLIMIT_CORE, 0, "RLIMIT_CORE")
        limit(RLIMIT_CPU, UInt64(cpuSeconds), "RLIMIT_CPU")
    }

    /// No paths.
    ///
    /// Before the engine starts, so that its threads are bound too.
    mutating func forbidPaths() {
        let failure = patchbay_forbid_paths()
        note("Landlock", failure)
        if failure == 0, patchbay_can_open() == 1 { problems.append("Landlock (it has no effect)") }
    }

    /// So much memory as the process has now, and the given number of bytes.
    ///
    /// The engine reserves gigabytes of address space that it
    /// does not use, so that only growth can be limited.
    mutating func limitMemory(growth: UInt64) {
        guard let size = addressSpace else {
            problems.append("RLIMIT_AS (the process's size is unknown)")
            return
        }
        limit(RLIMIT_AS, size &+ growth, "RLIMIT_AS")
        comfortable = size &+ growth / 2
    }

    /// No system calls but those of a computation.
    mutating func forbidCalls() {
        let failure = patchbay_forbid_calls()
        note("seccomp", failure)
        if failure == 0, patchbay_is_filtered() == 0 { problems.append("seccomp (it has no effect)") }
    }

    /// Whether scripts have left so much behind that the next one might find too little.
    var isMemoryShort: Bool { addressSpace.map { $0 > comfortable } ?? false }

    /// The CPU time of this process so far, in whole seconds.
    static var cpuSeconds: Int {
        var time = timespec()
        return unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 ? time.tv_sec : .max
    }

    /// The mapped address space in bytes: the first number of statm, in pages.
    private var addressSpace: UInt64? {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
            count = unsafe max(pread(sizes, buffer.baseAddress, buffer.count, 0), 0)
        }
        let pages = String(decoding: bytes.prefix { $0 != 0x20 }, as: UTF8.self)
        return UInt64(pages).map { $0 &* UInt64(max(sysconf(Int32(_SC_PAGESIZE)), 1)) }
    }

    private mutating func limit(_ resource: __rlimit_resource, _ value: UInt64, _ name: String) {
        // Who started the hub may have set less, and a process cannot take more.
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else { return note(name, errno) }
        limit.rlim_max = min(limit.rlim_max, rlim_t(value))
        limit.rlim_cur = limit.rlim_max
        if unsafe setrlimit(__rlimit_resource_t(resource.rawValue), &limit) != 0 { note(name, errno) }
    }

    private mutating func note(_ name: String, _ failure: Int32) {
        guard failure != 0 else { return }
        problems.append("\(name) (\(unsafe String(cString: strerror(failure))))")
    }
}
