target_link_libraries(belay_api PRIVATE OpenSSL::Crypto)
