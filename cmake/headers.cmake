# The public headers are those that src/mdtrace.h includes, directly or not.
# @p header is relative to src/; the list @p result gains it and all behind it.
function(mdt_public_headers header result)
  set(found ${${result}})
  if(NOT header IN_LIST found)
    list(APPEND found ${header})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
      ${PROJECT_SOURCE_DIR}/src/${header})
    file(STRINGS ${PROJECT_SOURCE_DIR}/src/${header} lines REGEX "^#include \"")
    foreach(line ${lines})
      string(REGEX REPLACE "^#include \"([^\"]+)\".*" "\\1" next "${line}")
      mdt_public_headers(${next} found)
    endforeach()
  endif()
  set(${result} ${found} PARENT_SCOPE)
endfunction()
