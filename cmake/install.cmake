# What `cmake --install` puts where; docs/CMakeLists.txt adds the man pages.

install(TARGETS mdtrace RUNTIME)
install(TARGETS mdtrace_static ARCHIVE)
install(TARGETS mdtrace_shared LIBRARY)

# The library's face is one header; the rest of it may change.
install(FILES ${PROJECT_SOURCE_DIR}/src/api/mdtrace.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/mdtrace)
install(FILES examples/failed.c examples/failed.py
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)

# The file finds its prefix from where it is, so that `cmake --install --prefix` may move it.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
  BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig OUTPUT_VARIABLE MDT_PC_PREFIX)
configure_file(cmake/mdtrace.pc.in mdtrace.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/mdtrace.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# Where each shell looks for the completion of a command.
set(completions)
function(mdt_completion shell destination name)
  set(script ${PROJECT_BINARY_DIR}/mdtrace.${shell})
  add_custom_command(OUTPUT ${script}
    COMMAND mdtrace __completion ${shell} > ${script} VERBATIM)
  install(FILES ${script} DESTINATION ${CMAKE_INSTALL_DATADIR}/${destination} RENAME ${name})
  set(completions ${completions} ${script} PARENT_SCOPE)
endfunction()
mdt_completion(bash bash-completion/completions mdtrace)
mdt_completion(fish fish/vendor_completions.d mdtrace.fish)
mdt_completion(zsh zsh/site-functions _mdtrace)
add_custom_target(completion ALL DEPENDS ${completions})

install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

# Takes away what the last `cmake --install` put there, as its manifest has it.
add_custom_target(uninstall
  COMMAND ${CMAKE_COMMAND} -DMANIFEST=${PROJECT_BINARY_DIR}/install_manifest.txt
    -P ${PROJECT_SOURCE_DIR}/cmake/uninstall.cmake VERBATIM)
