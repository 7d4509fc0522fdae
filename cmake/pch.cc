// Gives the precompiled header a target to live in, and Asio (which that header mentions in every file) its one
// compilation.
#include <boost/asio/impl/src.hpp>
