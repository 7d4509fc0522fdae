// JudgedRental: a browser that was rented for a session; the judge is told of it, and when it is given back.
#pragma once
#include <string>

#include "engine_api/rental.h"
#include "session/testing/judge.h"

namespace session::testing {

class JudgedRental final : public engine::Rental {
 public:
  struct Behaviour {
    base::Duration takes;
    bool hangs = false;
    bool fails = false;
    bool throws = false;
  };
  JudgedRental(Judge& judge, std::string session, Behaviour behaviour)
      : judge_(judge), session_(std::move(session)), behaviour_(behaviour) {
    judge_.rented(session_);
  }
  aio::Task<base::Result<void>> give_back(const aio::Context& ctx) override;

 private:
  Judge& judge_;
  std::string session_;
  Behaviour behaviour_;
};

}  // namespace session::testing
