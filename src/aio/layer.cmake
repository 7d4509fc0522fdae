# See src/aio/loop.cc.
target_link_options(belay_aio INTERFACE -Wl,--wrap=epoll_wait)
