// Store: which sessions exist, which are in use, and who must go. It decides and nothing else: no clock (time is an
// argument), no waiting, no closing. What it takes out it hands back as a Victim; the Manager closes it.
//
// An entry is in the index until it ends. While it is idle it is on the idle list, longest idle first; while nobody but
// its start holds it, on the list of those that start; while it is in work, on none. So eviction and expiry never look
// at a pinned session, nor does a drain at those in work (docs/session-contract.md, clauses 2, 26), and an entry that
// ended while pinned lives on, unreachable, until its last pin is given back (clauses 8, 10).
//
// A session that has just become idle mostly waits for its next operation. So what only makes room (a start, trimming)
// takes sessions that have been idle for min_idle; what ends sessions for their own sake asks for no age (clause 18,
// docs/decisions/0026-min-idle.md).
//
// All containers are intrusive: a pin is one look into the table and one entry, with nothing allocated
// (docs/decisions/0016-intrusive-index.md).
#pragma once
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/unordered_set.hpp>

#include "base/time.h"
#include "session/end_reason.h"

namespace session {

// An id can come back, a generation never does.
struct Ref {
  std::string id;
  std::uint64_t generation = 0;
  friend bool operator==(const Ref&, const Ref&) = default;
};

class Store {
  using SafeLink = boost::intrusive::link_mode<boost::intrusive::safe_link>;
  using IndexHook = boost::intrusive::unordered_set_base_hook<SafeLink, boost::intrusive::store_hash<true>>;
  using ListHook = boost::intrusive::list_base_hook<SafeLink>;

 public:
  struct Entry;

  // One use of one generation. Move-only, given back exactly once through unpin; there is no other way to lower the
  // count.
  class Pin {
   public:
    Pin() = default;
    Pin(Pin&& other) noexcept : entry_(std::exchange(other.entry_, nullptr)), starts_(other.starts_) {}
    Pin& operator=(Pin&& other) noexcept;
    ~Pin();  // REQUIRES: given back
    explicit operator bool() const { return entry_ != nullptr; }

   private:
    friend class Store;
    Pin(Entry* entry, bool starts) : entry_(entry), starts_(starts) {}
    Entry* entry_ = nullptr;
    bool starts_ = false;  // the pin of the start that made the session
  };

  // A session that was taken out, with what the owner attached to it.
  struct Victim {
    Ref ref;
    EndReason reason;
    std::shared_ptr<void> payload;
  };

  explicit Store(std::size_t max_sessions, base::Duration idle_ttl = {}, base::Duration min_idle = {});
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();  // REQUIRES: no pin is out

  // Puts a session in, pinned by its start. At max_sessions it takes out the longest idle for it, if that has been idle
  // for min_idle; else it lets the session in above max_sessions: whether that is allowed is the caller's decision
  // (clause 17). Nothing when the id exists.
  std::optional<Pin> add(std::string id, std::shared_ptr<void> payload, base::TimePoint now,
                         std::vector<Victim>& victims);

  std::optional<Pin> pin(std::string_view id);
  // The last pin puts the session at the most recent end, used at `now`; then trims.
  void unpin(Pin pin, base::TimePoint now, std::vector<Victim>& victims);

  std::optional<Victim> end(std::string_view id, EndReason reason);
  // The same, but only if this generation is still the one under its id.
  std::optional<Victim> end(const Ref& ref, EndReason reason);

  // Ends every session that has been idle for the TTL at `now`.
  std::vector<Victim> sweep(base::TimePoint now);
  // Ends what is above max_sessions, longest idle first, as far as it has been idle for min_idle (18).
  void trim(base::TimePoint now, std::vector<Victim>& victims);
  // Ends the longest idle session for a start that waits at the hard limit: one that has been idle for min_idle; one of
  // any age while fewer than max_sessions are in work, so that starts alone never fill the server (18).
  std::optional<Victim> evict_for_start(base::TimePoint now);
  std::vector<Victim> end_all_idle(EndReason reason);
  std::vector<Victim> end_all(EndReason reason);
  // Ends what nobody but its start holds.
  std::vector<Victim> end_all_starting(EndReason reason);

  // REQUIRES: max_sessions > 0. Lowered, it ends the excess, longest idle first, whatever its age; pinned ones are
  // caught as they are released (19).
  std::vector<Victim> set_max_sessions(std::size_t max_sessions);
  void set_idle_ttl(base::Duration idle_ttl) { idle_ttl_ = idle_ttl; }  // holds for sessions that exist, too (21)
  void set_min_idle(base::Duration min_idle) { min_idle_ = min_idle; }  // as well

  // When sweep would next end something; kNever when nothing is idle or the TTL is off.
  base::TimePoint next_expiry() const;
  // When the longest idle session has been idle for min_idle; kNever when nothing is idle.
  base::TimePoint next_ripe() const;

  const Entry* find(std::string_view id) const;
  static const Ref& ref(const Pin& pin);
  static const std::shared_ptr<void>& payload(const Pin& pin);

  std::size_t size() const { return index_.size(); }
  std::size_t idle() const { return idle_.size(); }
  std::size_t pinned() const { return index_.size() - idle_.size(); }
  std::size_t in_work() const { return in_work_; }  // pinned by something other than their start
  std::size_t max_sessions() const { return max_sessions_; }
  // How many entries were looked at so far: what clause 26 bounds.
  std::uint64_t looks() const { return looks_; }

  struct Entry : IndexHook, ListHook {
    Entry(std::string id, std::uint64_t generation, std::shared_ptr<void> attached)
        : ref{std::move(id), generation}, payload(std::move(attached)) {}
    std::uint32_t pins = 1;
    bool starting = true;  // one of them is its start's
    bool gone = false;
    bool in_work() const { return pins > (starting ? 1U : 0U); }
    bool only_starts() const { return starting && pins == 1; }
    base::TimePoint last_used{};
    Ref ref;
    std::shared_ptr<void> payload;
  };

 private:
  struct IdOf {
    using type = std::string_view;
    std::string_view operator()(const Entry& entry) const { return entry.ref.id; }
  };
  struct Hash {
    std::size_t operator()(std::string_view id) const { return std::hash<std::string_view>()(id); }
  };
  // Hashes are kept in the entries, so a look compares ids only where they are equal, and growing hashes nothing anew.
  using Index =
      boost::intrusive::unordered_set<Entry, boost::intrusive::base_hook<IndexHook>,
                                      boost::intrusive::key_of_value<IdOf>, boost::intrusive::hash<Hash>,
                                      boost::intrusive::power_2_buckets<true>, boost::intrusive::compare_hash<true>>;

  using List = boost::intrusive::list<Entry, boost::intrusive::base_hook<ListHook>>;

  Victim take(Entry& entry, EndReason reason);
  Victim take_idle(EndReason reason);
  const Entry& longest_idle() const;
  bool ripe(base::TimePoint now) const { return next_ripe() <= now; }
  void make_room();

  std::size_t max_sessions_;
  base::Duration idle_ttl_;
  base::Duration min_idle_;
  std::uint64_t last_generation_ = 0;
  std::size_t in_work_ = 0;
  mutable std::uint64_t looks_ = 0;
  std::size_t ghosts_ = 0;                   // ended while pinned, waiting for their last unpin
  std::vector<Index::bucket_type> buckets_;  // a power of two of them; before index_, which uses them
  Index index_;                              // owns its entries
  List idle_;
  List starting_;
};

}  // namespace session
