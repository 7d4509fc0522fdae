target_link_libraries(belay_net PRIVATE OpenSSL::SSL OpenSSL::Crypto CURL::libcurl ${BELAY_CARES})
target_compile_definitions(belay_net PRIVATE BELAY_VERSION="${PROJECT_VERSION}")
