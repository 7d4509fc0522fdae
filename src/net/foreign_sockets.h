// What sockets and times that a C library asks for are waited for with, on the loop.
#pragma once
#include <chrono>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "aio/task.h"

namespace net {

using ForeignSocket = boost::asio::posix::basic_stream_descriptor<aio::Executor>;
using ForeignTimer =
    boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                      aio::Executor>;

}  // namespace net
