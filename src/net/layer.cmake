target_link_libraries(belay_net PRIVATE OpenSSL::SSL OpenSSL::Crypto CURL::libcurl)
