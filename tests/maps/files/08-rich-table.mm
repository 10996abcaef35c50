<map version="1.0.1">
<!-- To view this file, download free mind mapping software FreeMind from http://freemind.sourceforge.net -->
<node><richcontent TYPE="NODE"><html>
  <head>
    
  </head>
  <body>
<table><tr><td><p>City</p></td><td><p>45</p></td></tr></table>
  </body>
</html>
</richcontent>
</node></map>