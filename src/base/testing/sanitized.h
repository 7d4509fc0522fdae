// Whether a sanitizer looks on, which makes each step many times dearer: tests of what is linear take less of it then.
#pragma once

namespace base::testing {

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace base::testing
