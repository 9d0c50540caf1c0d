/// A small pool at a moment of a plan: what is where, what moves, who is down and until when.
struct Clockwork {
    let pool: SmallPool
    var now = 0
    private(set) var place: [UInt8]
    /// Where a VM moves to, or where it is.
    private(set) var target: [UInt8]
    private(set) var moveEnd: [Int32]
    private(set) var backAt: [Int32]
    private(set) var new: UInt32
    private(set) var down: UInt32 = 0
    private var load: Load
    private var slots: [Int32]
    private var moving: [Int32]
    /// When the canary has been watched for long enough, if that lies ahead.
    private var soakedAt = 0

    init(_ pool: SmallPool, _ state: SmallPool.State, soak: Int = 0) {
        self.pool = pool
        soakedAt = soak
        place = state.place
        target = place
        moveEnd = Array(repeating: 0, count: pool.vms)
        backAt = Array(repeating: 0, count: pool.hosts)
        new = state.new
        load = Load(pool, place)
        slots = Array(repeating: 0, count: pool.hosts)
        moving = Array(repeating: 0, count: pool.model.groups.availability.count)
    }

    var isDone: Bool { (new | down) & pool.goal == pool.goal }
    var isIdle: Bool { down == 0 && zip(place, target).allSatisfy { $0 == $1 } }
    func isMoving(_ vm: Int) -> Bool { place[vm] != target[vm] }
    func isNew(_ host: Int) -> Bool { new >> UInt32(host) & 1 == 1 }
    func isDown(_ host: Int) -> Bool { down >> UInt32(host) & 1 == 1 }

    func canMove(_ vm: Int, _ to: Int) -> Bool {
        let from = Int(place[vm])
        let (model, groups) = (pool.model, pool.model.groups)
        guard pool.canMove[vm], !isMoving(vm), from != to, !isDown(from), !isDown(to), pool.mayCross(from, to, new),
            slots[from] < model.slots[from], slots[to] < model.slots[to],
            load.takes(vm, to, pool, isThere: { Int(place[$0]) == to || Int(target[$0]) == to })
        else { return false }
        guard groups.hasAvailability else { return true }
        return groups.availabilityOf[vm].allSatisfy { moving[Int($0)] < groups.availability[Int($0)].limit }
    }

    mutating func move(_ vm: Int, _ to: Int) {
        let from = Int(place[vm])
        target[vm] = UInt8(to)
        moveEnd[vm] = Int32(clamping: now) + pool.model.duration(Int32(vm), Int32(from), Int32(to))
        slots[from] += 1
        slots[to] += 1
        load.add(vm, to, pool)
        if pool.model.groups.hasAvailability {
            for group in pool.model.groups.availabilityOf[vm] { moving[Int(group)] += 1 }
        }
    }

    func canUpdate(_ host: Int) -> Bool {
        guard !isDown(host), load.residents[host] == 0, slots[host] == 0, pool.isTurn(host, new) else { return false }
        let all = down | 1 << UInt32(host)
        if pool.maxParallel > 0, all.nonzeroBitCount > pool.maxParallel { return false }
        if now < soakedAt, host != Int(pool.model.master) { return false }
        return pool.keepsReserve(down: all)
    }

    mutating func update(_ host: Int) {
        down |= 1 << UInt32(host)
        backAt[host] = Int32(clamping: now) + pool.model.updateTime[host]
    }

    /// When the next thing ends, or nil when there is nothing to wait for.
    var nextEnd: Int? {
        var next = soakedAt > now ? soakedAt : Int.max
        for vm in 0..<pool.vms where isMoving(vm) { next = min(next, Int(moveEnd[vm])) }
        for host in 0..<pool.hosts where isDown(host) { next = min(next, Int(backAt[host])) }
        return next == Int.max ? nil : next
    }

    mutating func advance(to time: Int) {
        now = time
        for vm in 0..<pool.vms where isMoving(vm) && Int(moveEnd[vm]) <= now {
            let (from, to) = (Int(place[vm]), Int(target[vm]))
            load.remove(vm, from, pool)
            slots[from] -= 1
            slots[to] -= 1
            place[vm] = target[vm]
            if pool.model.groups.hasAvailability {
                for group in pool.model.groups.availabilityOf[vm] { moving[Int(group)] -= 1 }
            }
        }
        for host in 0..<pool.hosts where isDown(host) && Int(backAt[host]) <= now {
            down &= ~(1 << UInt32(host))
            new |= 1 << UInt32(host)
            if host == Int(pool.model.canary) { soakedAt = now + (pool.model.instance.canary?.soak ?? 0) }
        }
    }

    /// Everything that what follows depends on, with times counted from now.
    var key: [Int32] {
        var key: [Int32] = [Int32(bitPattern: new), Int32(clamping: max(0, soakedAt - now))]
        for vm in 0..<pool.vms {
            key.append(Int32(place[vm]) << 8 | Int32(target[vm]))
            if isMoving(vm) { key.append(moveEnd[vm] - Int32(clamping: now)) }
        }
        for host in 0..<pool.hosts { key.append(isDown(host) ? backAt[host] - Int32(clamping: now) : -1) }
        return key
    }
}
