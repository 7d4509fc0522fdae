target_link_libraries(belay_net PRIVATE OpenSSL::SSL OpenSSL::Crypto CURL::libcurl)
target_compile_definitions(belay_net PRIVATE BELAY_VERSION="${PROJECT_VERSION}")
