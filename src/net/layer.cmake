target_link_libraries(belay_net PRIVATE OpenSSL::SSL OpenSSL::Crypto CURL::libcurl ${BELAY_CARES})
# As much by itself as a unit of eight others: beside them it would be what a build waits for at the end.
set_source_files_properties(${CMAKE_SOURCE_DIR}/src/net/beast_src.cc PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
target_compile_definitions(belay_net PRIVATE BELAY_VERSION="${PROJECT_VERSION}")
