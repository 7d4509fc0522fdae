// FakeChrome: the other end of a CDP connection, scripted. Commands that nobody scripted are answered with {}, at once
// and in order; a test says what differs, sends events, and breaks things: answers that come late or never, garbage, an
// end in the middle.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "aio/clock.h"
#include "base/result.h"
#include "cdp/transport.h"
#include "json/value.h"

namespace cdp::testing {

// A command as it arrived.
struct Command {
  std::int64_t id = 0;
  std::string session_id;
  std::string method;
  json::Value params;
};

class FakeChrome {
 public:
  using Answer = std::function<base::Result<json::Value>(const Command&)>;

  // The clock is for delay(); it outlives this and the transport.
  explicit FakeChrome(aio::Clock& clock);
  ~FakeChrome();

  // The client's end, once. May outlive this; it then behaves as after hang_up.
  std::unique_ptr<Transport> transport();

  // What commands of this method are answered with from now on: a result, or an error ("-32000 words" becomes code and
  // message; one of Kind::timeout is never sent).
  void answer(const std::string& method, json::Value result);
  void answer(const std::string& method, Answer answer);
  void refuse(const std::string& method, int code, const std::string& message);
  void drop(const std::string& method);                        // never answered
  void delay(const std::string& method, base::Duration late);  // answered, but that much later

  // Unasked, in the order of the calls. A raw text may be anything.
  void event(const std::string& session_id, const std::string& method, json::Object params);
  void attach(const std::string& session_id, const std::string& target_id, const std::string& parent = "");
  void detach(const std::string& session_id, const std::string& parent = "");
  void raw(std::string text);
  void hang_up(std::string why = "the other side hung up");  // after what is still on its way
  void stop_reading();                                       // half closed: commands are refused, answers still come

  const std::vector<Command>& commands() const;
  std::size_t count(const std::string& method) const;
  // What it sends in large messages counts from when they are received; it gives way by an end of the transport.
  void count_in(base::MemoryBudget& budget);

  bool aborted() const;  // the client ended it
  bool said_goodbye() const;

 private:
  struct Wire;
  class Client;
  std::shared_ptr<Wire> wire_;
};

}  // namespace cdp::testing
