#include "api/reply.h"

#include <gtest/gtest.h>

namespace api {
namespace {

TEST(Reply, TheLogHasNothingThatAReplySaid) {
  const base::Error misfit{base::Kind::upstream,
                           "No object generated: response did not match schema. The reply's price must be one of "
                           R"(["low"], not "what the page says")"};
  EXPECT_EQ(logged(misfit), "No object generated: response did not match schema.");
  EXPECT_EQ(failed(Operation::extract, misfit).message, misfit.message);
  EXPECT_EQ(logged({base::Kind::timeout, "extract() timed out after 5ms"}), "extract() timed out after 5ms");
}

}  // namespace
}  // namespace api
